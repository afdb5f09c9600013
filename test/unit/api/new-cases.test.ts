import type { Pool } from 'pg';
import type { Prepared } from '../../../api/case-opening';
import { applicationCase, importedCase, relapsedCase } from '../../../api/new-cases';
import type { FileImportInput } from '../../../api/schemas/application';
import { BlindIndex } from '../../../security/blind-index';
import { DataKeys } from '../../../security/data-keys';
import { Keyring } from '../../../security/keyring';
import { placeOf, type CasePrivate } from '../../../store/case-private.store';
import type { StoredCase } from '../../../store/case.store';
import type { User } from '../../../store/user.store';
import { valueOf } from '../domain/given';
import { actor, BOZHOU_DEEP, LIANGXI, PlayedCase, WOYANG } from '../domain/played-case';
import { application, PERSONAL } from './given';

const user: User = { id: 'wx-liangxi.handler', orgId: 'wx-liangxi', orgPath: 'js.wx.wx_liangxi', roles: ['handler'] };
const ground = {
  caseId: 'c0000000-0000-4000-8000-000000000001',
  commandId: 'command-1',
  number: 'TEST-2024-000001',
  territory: LIANGXI.territory,
  reference: LIANGXI.reference,
  today: '2024-05-02',
  actor: actor('handler', 'wx-liangxi'),
  simulated: true,
};
const file = (changes: Partial<FileImportInput> = {}): FileImportInput => {
  const { applicant, employer, residence, household, simulation } = application();
  return { applicant, employer, residence, household, simulation, hardshipClass: 'relative', establishedOn: '2023-11-13', ...changes };
};
const factsOf = (prepared: Prepared | Promise<Prepared>) => {
  if (prepared instanceof Promise) throw new Error('needs nothing from outside');
  return valueOf(prepared.facts(ground));
};

describe('importFile', () => {
  test('the importing union owns the file, whatever the class’s route would say', () => {
    const [imported] = factsOf(importedCase(file({ hardshipClass: 'deep' }), { user }).prepare());
    expect(imported).toMatchObject({ type: 'fileImported', hardshipClass: 'deep', file: { ownerOrgId: 'wx-liangxi', establishedOn: '2023-11-13' }, monthlyLivingAidFen: null });
  });
  test('what it gets each month comes with it', () => {
    expect(factsOf(importedCase(file({ monthlyLivingAidFen: 60_000 }), { user }).prepare())[0]).toMatchObject({ monthlyLivingAidFen: 60_000 });
  });
  test('R-BZ-31: that an account comes with it is a fact, and nothing is said where none does', () => {
    const { bankAccount } = application();
    expect(bankAccount).toBeDefined();
    expect(factsOf(importedCase(file({ bankAccount }), { user }).prepare())[0]).toMatchObject({ bringsAccount: true });
    expect(factsOf(importedCase(file(), { user }).prepare())[0]).not.toHaveProperty('bringsAccount');
  });
  test('ADR 003: nothing personal goes into the facts', () => {
    const text = JSON.stringify(factsOf(importedCase(file(), { user }).prepare()));
    expect(PERSONAL.filter((each) => text.includes(each))).toEqual([]);
  });
  test('a simulated one begins when it is told to, another now', () => {
    const startsAtMs = (changes: Partial<FileImportInput>) => (importedCase(file(changes), { user }).prepare() as Prepared).startsAtMs;
    expect(startsAtMs({ simulation: { startsAt: '2024-05-02T09:00:00+08:00' } })).toBe(Date.parse('2024-05-02T01:00:00Z'));
    expect(startsAtMs({ simulation: undefined })).toBeUndefined();
  });
  test('the operation and its key are part of what a repetition must have in common', () => {
    expect(importedCase(file(), { user, idempotencyKey: 'key-1' })).toMatchObject({ operation: 'importFile', user, idempotencyKey: 'key-1' });
  });
});

describe('submitApplication', () => {
  test('filed anywhere, with channel, expenses and papers as declared, and nothing personal in the facts', () => {
    const prepared = applicationCase({ ...application(), filedAtOrgId: 'wx-liangxi' }, { user }).prepare() as Prepared;
    expect(prepared).toMatchObject({ filedAtOrgId: 'wx-liangxi', personal: { contactPerson: null } });
    const facts = factsOf(prepared);
    expect(facts[0]).toMatchObject({ type: 'applicationSubmitted', channel: 'selfApplication.offline', claimedExpenses: ['medical'], previousCaseId: null, simulated: true });
    expect(PERSONAL.filter((each) => JSON.stringify(facts).includes(each))).toEqual([]);
  });
});

describe('reportRelapse after the file had left', () => {
  test('R-WX-34: the household comes over as it was declared; what an old comparison had found does not', async () => {
    const old = PlayedCase.import(WOYANG, BOZHOU_DEEP, { hardshipClass: 'deep', establishedOn: '2023-11-02', on: '2023-11-02' });
    old.do('signAuthorization', { signers: [1, 2], signedOn: old.today }).do('recordComparison', { result: 'undeclaredIncome', extraIncomeFen: 9_000_000 });
    expect(old.record.household).toMatchObject({ undeclaredIncomeFen: 9_000_000 });
    // The one row of personal data that the case has; everything else of a relapse comes from its record.
    const personal = { applicant: {}, employer: null, residence: {}, members: [], bankAccount: null, contactPerson: 'of the old case' } as unknown as CasePrivate;
    const provider = new Keyring({ current: 'one', keys: new Map([['one', Buffer.alloc(32, 1)]]), isDevelopment: false }, 'intl');
    const cases = new DataKeys('case', { find: () => Promise.resolve(undefined) }, provider, 'intl');
    const { seal, stored: key } = await cases.create(old.record.caseId);
    const row = { sealed: seal.seal(placeOf(old.record.caseId), personal), keyProfile: key.profile, keyMasterId: key.masterKeyId, keyWrapped: key.wrapped };
    const pool = { query: () => Promise.resolve({ rows: [row] }) } as unknown as Pool;
    const keys = { cases, imports: cases, index: new BlindIndex('intl', Buffer.alloc(32, 2)), engine: seal };
    const stored = { record: old.record, clockOffsetMs: 0 } as StoredCase;
    const prepared = await relapsedCase({ pool, keys }, stored, { cause: 'illness', about: 'a' }, { user }).prepare();
    const [submitted] = valueOf(prepared.facts({ ...ground, territory: WOYANG.territory, reference: WOYANG.reference }));
    expect(submitted).toMatchObject({ type: 'applicationSubmitted', channel: 'countyActive', previousCaseId: old.record.caseId, household: BOZHOU_DEEP });
    expect(submitted).not.toHaveProperty('household.undeclaredIncomeFen');
    expect(prepared.personal).toMatchObject({ contactPerson: null });
  });
});
