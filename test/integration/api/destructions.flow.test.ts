import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { shanghaiDateAt } from '../../../domain/calendar-date';
import { formatYuan } from '../../../domain/money';
import { connect } from '../../../store/db';
import { canonical } from '../../../store/event-hash';
import { addressesInUse } from '../../../store/erasure.store';
import { newUser } from '../given/account';
import { givenApplication, LIANGXI } from '../given/application';
import { CallerAt } from '../given/caller';
import { APPROVER, destruction, givenCancelled, givenDue, PROPOSER, yearsPass } from '../given/destruction';
import { DocumentClient } from '../given/document-client';
import { photo } from '../given/documents';
import { isPaid, proposesAid } from '../given/file-life';
import { expectProblem, type Problem } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { givenCase, WalkedCase } from '../given/walked-case';
import { canariesInRecord } from '../../security/canaries';
import { faultsOfRecord } from '../../stack/record-check';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
let pool: Pool;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  pool = connect(testStack().databaseUrl, 3);
});
afterAll(() => pool.end());

const step = (name: Parameters<typeof destruction>[1], as: string, walked: WalkedCase, headers = {}) => destruction(client, name, as, walked, headers);
const lift = (as: string, { id: caseId }: WalkedCase, holdId: unknown, headers = {}) => client.call('liftLegalHold', as, { caseId, holdId }, headers);

/** Does something while somebody stands in for the head, or for another one. */
async function asDelegate<Result>(toUser: string, work: (headers: Record<string, string>) => Promise<Result>, { of, role } = { of: APPROVER, role: 'head' }): Promise<Result> {
  const today = shanghaiDateAt(Date.now());
  const { body } = await client.call<{ id: string }>('delegateDuties', of, { toUser, roles: [role], fromOn: today, untilOn: today });
  try {
    return await work({ 'on-behalf-of': of });
  } finally {
    await client.call('revokeDelegation', of, { delegationId: body.id });
  }
}
const codes = (problem: Problem) => (problem.hindrances as { because: string }[]).map(({ because }) => because);

async function dueNumbers(as: string): Promise<string[]> {
  const numbers: string[] = [];
  let cursor: string | undefined;
  do {
    const { status, body } = await client.call<{ items: { number: string }[]; nextCursor: string | null }>('listDueDestructions', as, { limit: 50, ...(cursor === undefined ? {} : { cursor }) });
    expect(status).toBe(200);
    numbers.push(...body.items.map(({ number }) => number));
    cursor = body.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return numbers;
}

/** What the database has left of a case that is, or was, sealed or found by. */
async function leftOf(caseId: string): Promise<Json> {
  const { rows } = await pool.query<Json>(
    `select (select wrapped is null and destroyed_at is not null from case_key where case_id = $1) as "keyIsGone",
            (select length(sealed) = 0 and name_index is null and phone_index is null and card_index is null and id_indexes is null from case_private where case_id = $1) as "privateIsEmpty",
            (select count(*) from command where case_id = $1 and (length(body) > 0 or body_digest <> '')) as commands,
            (select count(*) from command where case_id = $1 and idempotency_key ~ '^file-import:[^:]*:[0-9a-f]{40,}') as "importDigests",
            (select count(*) from reveal where case_id = $1 and length(reason) > 0) + (select count(*) from personal_data_export where case_id = $1 and length(reason) > 0)
              + (select count(*) from service_rating where case_id = $1 and length(comment) > 0) as words,
            (select count(*) from disbursement_account where case_id = $1) as accounts,
            (select count(*) from document where case_id = $1) as documents,
            (select count(*) from household_claim where case_id = $1) as claims`,
    [caseId],
  );
  return rows[0]!;
}
const NOTHING = { keyIsGone: true, privateIsEmpty: true, commands: 0, importDigests: 0, words: 0, accounts: 0, documents: 0, claims: 0 };

describe('never before its time', () => {
  test('not while the case goes on, and not on any day of the ten years', async () => {
    const open = await givenCase(client, 'planning');
    expect(codes(expectProblem(await step('proposeDestruction', 'wx-liangxi.handler', open), 409, 'DESTRUCTION_NOT_ALLOWED'))).toEqual(['caseOpen']);
    const closed = await givenCancelled(client);
    const problem = expectProblem(await step('proposeDestruction', PROPOSER, closed), 409, 'DESTRUCTION_NOT_ALLOWED');
    expect(problem.hindrances).toEqual([{ because: 'retentionNotOver', until: closed.view.hardshipFile?.retentionEndsOn }]);
    await yearsPass(pool, closed, 9);
    expectProblem(await step('proposeDestruction', PROPOSER, closed), 409, 'DESTRUCTION_NOT_ALLOWED');
    expect(await dueNumbers(PROPOSER)).not.toContain(closed.view.number);
  });

  test('what was proposed in time is not approved when the clock says otherwise by then', async () => {
    const walked = await givenDue(client, pool);
    expect((await step('proposeDestruction', PROPOSER, walked)).status).toBe(200);
    await yearsPass(pool, walked, -5);
    expect(codes(expectProblem(await step('approveDestruction', APPROVER, walked), 409, 'DESTRUCTION_NOT_ALLOWED'))).toEqual(['retentionNotOver']);
    expect((await walked.look()).applicant.name).toBeTruthy();
  });

  test('an application without a file is kept for the same years from its end', async () => {
    const walked = await WalkedCase.submit(client);
    await walked.does('withdrawApplication');
    await yearsPass(pool, walked, 9);
    expect(codes(expectProblem(await step('proposeDestruction', PROPOSER, walked), 409, 'DESTRUCTION_NOT_ALLOWED'))).toEqual(['retentionNotOver']);
    await yearsPass(pool, walked, 2);
    expect(await dueNumbers(PROPOSER)).toContain(walked.view.number);
    expect((await step('proposeDestruction', PROPOSER, walked)).status).toBe(200);
    expect((await step('approveDestruction', APPROVER, walked)).body.state).toBe('completed');
    expect(await leftOf(walked.id)).toEqual(NOTHING);
  });
});

describe('a file whose years are over', () => {
  const NAME = '濮阳待销毁';
  const TEXT = '麒麟待销毁鹧鸪';
  let walked: WalkedCase;
  let idNumber: string;
  let addresses: string[];

  test('with money that was paid, papers, words and somebody who is found by name, is proposed by one', async () => {
    const { applicant, household, bankAccount } = givenApplication({ figures: 'relative' });
    const [self] = household.members;
    walked = await WalkedCase.importFile(client, {
      fields: { applicant: { ...applicant, name: NAME }, household: { ...household, members: [{ ...self!, name: NAME }] }, bankAccount: { ...bankAccount, holderName: NAME } },
    });
    idNumber = applicant.idNumber;
    await proposesAid(walked);
    await walked.does('decideCollectively');
    await isPaid(walked);
    await walked.does('updateFile', { note: TEXT });
    const papers = await DocumentClient.signIn(LIANGXI.clerk);
    for (const kind of ['idCard', 'medicalBill']) expect((await papers.upload(walked.id, await photo(), { kind })).status).toBe(201);
    addresses = (await pool.query<{ address: string }>('select address from document where case_id = $1', [walked.id])).rows.map(({ address }) => address);
    await walked.does('recordRecheck', { outcome: 'cancel', household: walked.household('none'), reason: '不符合建档条件' });
    await walked.does('notifyExit');
    for (const by of ['worker', 'grassroots']) await walked.does('confirmExit', { by });
    await walked.does('concludeExit');
    expect((await client.call('revealField', PROPOSER, { caseId: walked.id, field: 'applicant.phone', reason: `致电${NAME}` })).status).toBe(201);
    expect((await client.call('exportPersonalData', PROPOSER, { caseId: walked.id, requestedBy: 'person', reason: `${NAME}申请复制` })).status).toBe(200);
    // As a rating and the row of a list leave it; both need more of a life than this case has.
    await pool.query(`insert into service_rating (case_id, score, comment, rated_by) values ($1, 4, 'sealed', 'applicant:somebody')`, [walked.id]);
    await pool.query(`update command set idempotency_key = 'file-import:wx-liangxi:' || body_digest where case_id = $1 and operation = 'importFile'`, [walked.id]);
    expect(await leftOf(walked.id)).toMatchObject({ importDigests: 1, words: 3 });
    expect(await dueNumbers(PROPOSER)).not.toContain(walked.view.number);
    await yearsPass(pool, walked);
    expect(await dueNumbers(PROPOSER)).toContain(walked.view.number);
    const { status, body } = await step('proposeDestruction', PROPOSER, walked);
    expect([status, body]).toEqual([200, expect.objectContaining({ caseId: walked.id, state: 'proposed', proposedBy: PROPOSER, hindrances: [], decidedBy: null })]);
    expect(expectProblem(await step('proposeDestruction', PROPOSER, walked), 409, 'DESTRUCTION_ALREADY_PROPOSED').state).toBe('proposed');
    expect((await walked.look()).applicant.name).toBeTruthy();
  });

  test('is destroyed when another approves', async () => {
    expectProblem(await step('getDestructionCertificate', PROPOSER, walked), 404, 'NOT_FOUND');
    const { status, body } = await step('approveDestruction', APPROVER, walked);
    expect([status, body]).toEqual([200, expect.objectContaining({ state: 'completed', proposedBy: PROPOSER, decidedBy: APPROVER, hindrances: [expect.objectContaining({ because: 'alreadyDestroyed' })] })]);
    expect(await leftOf(walked.id)).toEqual(NOTHING);
    expect(await addressesInUse(pool, addresses)).toEqual([]);
    expect(await canariesInRecord(pool, [NAME, TEXT, idNumber])).toEqual([]);
    expect(await faultsOfRecord(pool, walked.id)).toEqual([]);
  });

  test('what was sealed in rows that nobody changes is empty, and they stay: who looked, who was given what, which score', async () => {
    const { rows } = await pool.query<Json>(
      `select (select count(*) from reveal where case_id = $1) as reveals, (select count(*) from personal_data_export where case_id = $1) as exports,
              (select score from service_rating where case_id = $1) as score, (select count(*) from command where case_id = $1 and starts_with(idempotency_key, 'file-import:wx-liangxi:')) as imported`,
      [walked.id],
    );
    expect(rows).toEqual([{ reveals: 1, exports: 1, score: 4, imported: 1 }]);
    // Nothing but that, now neither.
    for (const change of [`reveal set user_id = 'nobody'`, `reveal set reason = 'x'`, `personal_data_export set reason = '', user_id = 'nobody'`, 'service_rating set score = 5']) {
      await expect(pool.query(`update ${change} where case_id = $1`, [walked.id])).rejects.toThrow('append-only');
    }
    await expect(pool.query('delete from reveal where case_id = $1', [walked.id])).rejects.toThrow('append-only');
  });

  test('cannot be read, found, listed or worked on by anybody any more', async () => {
    for (const operation of ['getCase', 'listCaseEvents', 'getCaseProcess', 'getHardshipFile', 'listNotifications', 'listDocuments', 'listConsents']) {
      expectProblem(await client.call(operation, PROPOSER, { caseId: walked.id }), 410, 'PERSONAL_DATA_DESTROYED');
    }
    expectProblem(await walked.send('reportRelapse', walked.clerk, walked.usual('reportRelapse')), 410, 'PERSONAL_DATA_DESTROYED');
    expectProblem(await client.call('listReveals', 'wx.auditor', { caseId: walked.id }), 410, 'PERSONAL_DATA_DESTROYED');
    expectProblem(await client.call('exportPersonalData', PROPOSER, { caseId: walked.id, requestedBy: 'person', reason: '本人申请复制' }), 410, 'PERSONAL_DATA_DESTROYED');
    expectProblem(await client.call('exportPersonalData', PROPOSER, { idNumber, requestedBy: 'person', reason: '本人申请复制' }), 404, 'NOT_FOUND');
    expectProblem(await (await DocumentClient.signIn(LIANGXI.clerk)).upload(walked.id, await photo()), 410, 'PERSONAL_DATA_DESTROYED');
    // That there was one is not told to whoever is not signed in, nor to another union.
    for (const kind of ['first', 'exit']) expectProblem(await client.call('getPublicNotice', null, { caseId: walked.id, kind }), 404, 'NOT_FOUND');
    const objection = { caseId: walked.id, kind: 'exit', about: '情况不实' };
    for (const as of [null, 'bz.handler']) expectProblem(await client.call('raiseObjection', as, objection), 404, 'NOT_FOUND');
    expectProblem(await client.call('raiseObjection', PROPOSER, objection), 410, 'PERSONAL_DATA_DESTROYED');
    for (const by of [{ idNumber }, { applicantName: NAME }]) expect((await client.call<{ items: Json[] }>('searchCases', PROPOSER, by)).body.items).toEqual([]);
    const listed = await client.call<{ items: { id: string }[] }>('listCases', PROPOSER, { state: 'closed', limit: 200 });
    expect(listed.body.items.map(({ id }) => id)).not.toContain(walked.id);
    expect(await dueNumbers(PROPOSER)).not.toContain(walked.view.number);
  });

  test('leaves a certificate: who, when, what, and nothing of the person; its digest is in the chain of the case', async () => {
    const { status, body } = await step('getDestructionCertificate', 'wx.auditor', walked);
    expect(status).toBe(200);
    const { content, sha256, sentences, number } = body as unknown as { content: Json; sha256: string; sentences: { zh: string; en: string }; number: string };
    expect(number).toBe(`XH-${walked.view.number}`);
    expect(content).toMatchObject({
      number,
      case: { caseNumber: walked.view.number, keptUntil: walked.view.hardshipFile?.retentionEndsOn, paidFen: 300_000, payments: 1, householdSize: 1 },
      proposed: { by: PROPOSER },
      approved: { by: APPROVER, orgId: 'wx-liangxi' },
      destroyed: { counts: { personalRecords: 1, bankAccounts: 1, documents: 2 }, key: { profile: 'intl' } },
    });
    expect((content.destroyed as { documents: { storedSha256: string }[] }).documents.map(({ storedSha256 }) => storedSha256).sort()).toEqual([...addresses].sort());
    expect(createHash('sha256').update(canonical(content)).digest('hex')).toBe(sha256);
    for (const text of [sentences.zh, sentences.en]) for (const told of [number, walked.view.number, PROPOSER, APPROVER, sha256, formatYuan(300_000)]) expect(text).toContain(told);
    expect(JSON.stringify(body)).not.toContain(NAME);
    const { rows } = await pool.query<{ data: Json; actor: string }>(`select data, actor from case_event where case_id = $1 and type = 'personalDataDestroyed'`, [walked.id]);
    expect(rows).toEqual([{ actor: APPROVER, data: expect.objectContaining({ certificate: number, certificateSha256: sha256, proposedBy: PROPOSER }) as Json }]);
    await expect(pool.query(`update destruction_certificate set number = 'x' where case_id = $1`, [walked.id])).rejects.toThrow('append-only');
  });

  test('is not destroyed twice: who approved gets the same answer, everybody else is told', async () => {
    expect((await step('approveDestruction', APPROVER, walked)).body).toMatchObject({ state: 'completed', decidedBy: APPROVER });
    expect(codes(expectProblem(await step('proposeDestruction', PROPOSER, walked), 409, 'DESTRUCTION_NOT_ALLOWED'))).toEqual(['alreadyDestroyed']);
    expectProblem(await step('rejectDestruction', APPROVER, walked), 409, 'DESTRUCTION_NOT_PROPOSED');
    expectProblem(await client.call('placeLegalHold', 'wx.auditor', { caseId: walked.id, reason: 'audit' }), 410, 'PERSONAL_DATA_DESTROYED');
  });

  test('is in the audit, with both', async () => {
    const { body } = await client.call<{ items: { operation: string; actor: string; outcome: string }[] }>('listAuditEntries', 'wx.auditor', { operation: 'approveDestruction', limit: 50 });
    expect(body.items).toContainEqual(expect.objectContaining({ operation: 'approveDestruction', actor: APPROVER, outcome: 'done', caseId: walked.id }));
  });
});

describe('two people, and only the right ones', () => {
  test('nobody approves what he has proposed, not as a delegate either, and nobody’s delegate for whom it was proposed', async () => {
    const walked = await givenDue(client, pool);
    const today = shanghaiDateAt(Date.now());
    const { body } = await client.call<{ id: string }>('delegateDuties', APPROVER, { toUser: PROPOSER, roles: ['head'], fromOn: today, untilOn: today });
    try {
      expect((await step('proposeDestruction', PROPOSER, walked)).status).toBe(200);
      expectProblem(await step('approveDestruction', PROPOSER, walked), 403, 'FORBIDDEN');
      expectProblem(await step('approveDestruction', PROPOSER, walked, { 'on-behalf-of': APPROVER }), 403, 'SAME_PERSON_MAY_NOT_APPROVE');
    } finally {
      await client.call('revokeDelegation', APPROVER, { delegationId: body.id });
    }
    await expect(pool.query(`update destruction set state = 'approved', decided_by = proposed_by, decided_at = now(), addresses = '{}' where case_id = $1`, [walked.id])).rejects.toThrow('check constraint');
    expect((await walked.look()).applicant.name).toBeTruthy();
  });

  test('for another union the case does not exist; those above see it and may not', async () => {
    const walked = await givenDue(client, pool);
    expectProblem(await step('proposeDestruction', 'wx-xishan.handler', walked), 404, 'NOT_FOUND');
    expectProblem(await step('proposeDestruction', 'wx.handler', walked), 403, 'FORBIDDEN');
    expectProblem(await step('proposeDestruction', LIANGXI.clerk, walked), 403, 'FORBIDDEN');
    expectProblem(await step('proposeDestruction', 'wx-liangxi.admin', walked), 403, 'FORBIDDEN');
    expect((await step('proposeDestruction', PROPOSER, walked)).status).toBe(200);
    for (const stranger of ['wx-xishan.head', 'bz.head']) expectProblem(await step('approveDestruction', stranger, walked), 404, 'NOT_FOUND');
    expectProblem(await step('approveDestruction', 'wx.head', walked), 403, 'FORBIDDEN');
    expect((await step('getDestruction', 'wx.supervisor', walked)).body).toMatchObject({ state: 'proposed', legalHolds: [] });
    expect(await dueNumbers('wx.handler')).not.toContain(walked.view.number);
    expect(await dueNumbers('wx-xishan.handler')).not.toContain(walked.view.number);
  });

  test('without a proposal there is nothing to approve; one that was taken back is none, and another may follow', async () => {
    const walked = await givenDue(client, pool);
    expectProblem(await step('approveDestruction', APPROVER, walked), 409, 'DESTRUCTION_NOT_PROPOSED');
    await step('proposeDestruction', PROPOSER, walked);
    expect((await step('rejectDestruction', PROPOSER, walked)).body).toMatchObject({ state: 'rejected', decidedBy: PROPOSER });
    expectProblem(await step('approveDestruction', APPROVER, walked), 409, 'DESTRUCTION_NOT_PROPOSED');
    await step('proposeDestruction', PROPOSER, walked);
    expect((await step('rejectDestruction', APPROVER, walked)).body).toMatchObject({ state: 'rejected', decidedBy: APPROVER });
    expect((await step('proposeDestruction', PROPOSER, walked)).body).toMatchObject({ state: 'proposed' });
    expect((await step('approveDestruction', APPROVER, walked)).body).toMatchObject({ state: 'completed' });
  });
});

describe('at the same moment', () => {
  test('of many proposals one counts; of many approvals each is answered with the one destruction', async () => {
    const walked = await givenDue(client, pool);
    const proposed = await Promise.all(Array.from({ length: 6 }, () => step('proposeDestruction', PROPOSER, walked)));
    expect(proposed.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    const approved = await Promise.all(Array.from({ length: 6 }, () => step('approveDestruction', APPROVER, walked)));
    expect(new Set(approved.map(({ status }) => status))).toEqual(new Set([200]));
    const { rows } = await pool.query(`select from case_event where case_id = $1 and type = 'personalDataDestroyed'`, [walked.id]);
    expect(rows).toHaveLength(1);
    expect(await faultsOfRecord(pool, walked.id)).toEqual([]);
  });

  test('readers, searchers and uploads beside the approval: each gets the whole or 410, and afterwards nothing is left', async () => {
    const walked = await givenDue(client, pool);
    await step('proposeDestruction', PROPOSER, walked);
    const papers = await DocumentClient.signIn(LIANGXI.clerk);
    const file = await photo();
    const reads = () => Promise.all([client.call('getCase', PROPOSER, { caseId: walked.id }), client.call('listCaseEvents', PROPOSER, { caseId: walked.id }), papers.upload(walked.id, file)]);
    const [before, , during, after] = await Promise.all([reads(), step('approveDestruction', APPROVER, walked), reads(), reads()]);
    // An upload that came first may find that what it wrote is gone already.
    for (const { status } of [...before, ...during, ...after]) expect([200, 201, 404, 410]).toContain(status);
    expect((await reads()).map(({ status }) => status)).toEqual([410, 410, 410]);
    expect(await leftOf(walked.id)).toEqual(NOTHING);
  });

  test('a hold and the approval: whichever comes first counts', async () => {
    const walked = await givenDue(client, pool);
    await step('proposeDestruction', PROPOSER, walked);
    const [held, approved] = await Promise.all([client.call('placeLegalHold', 'wx.auditor', { caseId: walked.id, reason: 'litigation' }), step('approveDestruction', APPROVER, walked)]);
    expect([[201, 409], [410, 200]]).toContainEqual([held.status, approved.status]);
  });
});

describe('what must be kept all the same', () => {
  test('a hold of an auditor, until an auditor or supervisor lifts it, and never the head, who approves', async () => {
    const walked = await givenDue(client, pool);
    await step('proposeDestruction', PROPOSER, walked);
    expectProblem(await client.call('placeLegalHold', LIANGXI.clerk, { caseId: walked.id, reason: 'audit' }), 403, 'FORBIDDEN');
    expectProblem(await client.call('placeLegalHold', 'bz.auditor', { caseId: walked.id, reason: 'audit' }), 404, 'NOT_FOUND');
    const { status, body } = await client.call('placeLegalHold', 'wx.auditor', { caseId: walked.id, reason: 'audit' });
    expect([status, body]).toEqual([201, expect.objectContaining({ reason: 'audit', placedBy: 'wx.auditor', liftedBy: null })]);
    expect(expectProblem(await step('approveDestruction', APPROVER, walked), 409, 'DESTRUCTION_NOT_ALLOWED').hindrances).toEqual([{ because: 'legalHold', reasons: ['audit'] }]);
    expect((await step('getDestruction', PROPOSER, walked)).body).toMatchObject({ legalHolds: [{ id: body.id }] });
    expectProblem(await client.call('liftLegalHold', PROPOSER, { caseId: walked.id, holdId: body.id }), 403, 'FORBIDDEN');
    expectProblem(await lift(APPROVER, walked, body.id), 403, 'HOLD_OF_OVERSEER');
    const other = await givenDue(client, pool);
    for (const user of [APPROVER, 'wx.supervisor']) expectProblem(await lift(user, other, body.id), 404, 'NOT_FOUND');
    expectProblem(await lift('bz.auditor', walked, body.id), 404, 'NOT_FOUND');
    expect((await lift('wx.supervisor', walked, body.id)).body).toMatchObject({ liftedBy: 'wx.supervisor' });
    expectProblem(await lift('wx.supervisor', walked, body.id), 404, 'NOT_FOUND');
    expect((await step('approveDestruction', APPROVER, walked)).body).toMatchObject({ state: 'completed' });
  });

  test('whoever lifted a hold does not approve, not by a delegate either; it stays lifted, and another may', async () => {
    const walked = await givenDue(client, pool);
    await step('proposeDestruction', PROPOSER, walked);
    const { body } = await client.call('placeLegalHold', PROPOSER, { caseId: walked.id, reason: 'petition' });
    await asDelegate(PROPOSER, async (headers) => expectProblem(await lift(PROPOSER, walked, body.id, headers), 403, 'FORBIDDEN'));
    expect((await lift(APPROVER, walked, body.id)).body).toMatchObject({ liftedBy: APPROVER });
    expectProblem(await step('approveDestruction', APPROVER, walked), 403, 'SAME_PERSON_MAY_NOT_APPROVE');
    await asDelegate('wx-liangxi.treasurer', async (headers) => expectProblem(await step('approveDestruction', 'wx-liangxi.treasurer', walked, headers), 403, 'SAME_PERSON_MAY_NOT_APPROVE'));
    expect((await walked.look()).applicant.name).toBeTruthy();
    // Another head of the union: the first was at it before.
    await pool.query(`update legal_hold set lifted_by = 'wx-liangxi.head-before' where id = $1`, [body.id]);
    expect((await step('approveDestruction', APPROVER, walked)).body).toMatchObject({ state: 'completed' });
  });

  test('an overseer’s hold stays one when its author changes office, and so does one that somebody placed on an overseer’s behalf', async () => {
    const walked = await givenDue(client, pool);
    const place = async (as: string, headers = {}) => (await client.call('placeLegalHold', as, { caseId: walked.id, reason: 'investigation' }, headers)).body.id;
    const ofAuditor = await place('wx-liangxi.auditor');
    const placed = async (id: unknown, by: string) => pool.query('update legal_hold set placed_by = $2 where id = $1', [id, by]);
    const { name } = await newUser(await CallerAt.anywhere(testStack().url).signIn('wx-liangxi.admin', testStack().password), { roles: ['auditor'] });
    await placed(ofAuditor, name);
    expect((await client.call('setUserRoles', 'wx-liangxi.admin', { userName: name, roles: ['handler'] })).status).toBe(200);
    expectProblem(await lift(APPROVER, walked, ofAuditor), 403, 'HOLD_OF_OVERSEER');
    const onBehalf = await asDelegate('wx-liangxi.member3', (headers) => place('wx-liangxi.member3', headers), { of: 'wx-liangxi.auditor', role: 'auditor' });
    expectProblem(await lift(APPROVER, walked, onBehalf), 403, 'HOLD_OF_OVERSEER');
    for (const id of [ofAuditor, onBehalf]) expect((await lift('wx-liangxi.auditor', walked, id)).status).toBe(200);
  });

  test('a hold that somebody places for another: both are kept', async () => {
    const walked = await givenCancelled(client);
    const today = shanghaiDateAt(Date.now());
    const { body: delegation } = await client.call<{ id: string }>('delegateDuties', APPROVER, { toUser: PROPOSER, roles: ['head'], fromOn: today, untilOn: today });
    const forHead = { 'on-behalf-of': APPROVER };
    try {
      const { status, body } = await client.call<{ id: string }>('placeLegalHold', PROPOSER, { caseId: walked.id, reason: 'audit' }, forHead);
      expect(status).toBe(201);
      expectProblem(await client.call('liftLegalHold', PROPOSER, { caseId: walked.id, holdId: body.id }, forHead), 403, 'FORBIDDEN');
    } finally {
      await client.call('revokeDelegation', APPROVER, { delegationId: delegation.id });
    }
    const { rows } = await pool.query<Json>('select placed_by as by, placed_for as for, lifted_by as "liftedBy" from legal_hold where case_id = $1', [walked.id]);
    expect(rows).toEqual([{ by: PROPOSER, for: APPROVER, liftedBy: null }]);
    const own = await client.call('placeLegalHold', APPROVER, { caseId: walked.id, reason: 'petition' });
    const { rows: alone } = await pool.query<Json>('select placed_for as for from legal_hold where id = $1', [own.body.id]);
    expect(alone).toEqual([{ for: null }]);
  });

  test('a case whose household fell back and has a case that goes on', async () => {
    const walked = await givenCancelled(client);
    const { status, body: next } = await walked.send('reportRelapse', walked.clerk, { ...walked.usual('reportRelapse'), simulation: { startsAt: `${walked.today()}T10:00:00+08:00` } });
    expect(status).toBe(201);
    await yearsPass(pool, walked);
    const problem = expectProblem(await step('proposeDestruction', PROPOSER, walked), 409, 'DESTRUCTION_NOT_ALLOWED');
    expect(problem.hindrances).toEqual([{ because: 'linkedCaseOpen', caseNumbers: [next.number] }]);
    const following = WalkedCase.resume(client, walked, next);
    await following.does('withdrawApplication');
    expect((await step('proposeDestruction', PROPOSER, walked)).status).toBe(200);
    expect((await step('approveDestruction', APPROVER, walked)).body).toMatchObject({ state: 'completed' });
    // The case that followed has copies of its own.
    expect((await following.look()).applicant.name).toBeTruthy();
  });
});

test('the sentence of a refusal names everything that stands against it, in both languages', async () => {
  const closed = await givenCancelled(client);
  await client.call('placeLegalHold', 'wx.auditor', { caseId: closed.id, reason: 'petition' });
  const zh = expectProblem(await step('proposeDestruction', PROPOSER, closed), 409, 'DESTRUCTION_NOT_ALLOWED');
  expect(zh.detail).toBe(`保管期至 ${closed.view.hardshipFile?.retentionEndsOn ?? ''}；有法定或者要求的保全。`);
  const en = expectProblem(await step('proposeDestruction', PROPOSER, closed, { 'accept-language': 'en' }), 409, 'DESTRUCTION_NOT_ALLOWED');
  expect(en.detail).toBe(`it must be kept until ${closed.view.hardshipFile?.retentionEndsOn ?? ''}; somebody has asked for it to be kept.`);
});
