import type { Pool } from 'pg';
import { connect } from '../../../store/db';
import { givenApplication, LIANGXI } from '../given/application';
import { DocumentClient } from '../given/document-client';
import { photo } from '../given/documents';
import { freshPerson } from '../given/id-number';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const HANDLER = 'wx-liangxi.handler';
const REASON = '本人持身份证到柜台申请复制';
const NAMES = { applicant: '濮阳申请', spouse: '淳于配偶', child: '钟离子女', visitor: '赫连走访', objector: '东郭反映', contact: '13400008888', unknown: '慕容外人' };
const CARD = '6200001000000237577';

interface Export {
  id: string;
  index: { section: string; entries: number }[];
  cases: (Json & { caseId: string; as: string; memberNo: number; identity: Json; household: { members: Json[] }; events: Json[]; accesses: Json[]; exports: Json[]; reveals: Json[]; writings: { operation: string; texts: Json }[]; payments: Json[]; declarations: Json[] })[];
  withheld: { what: string }[];
}

let client: ServiceClient;
let pool: Pool;
let walked: WalkedCase;
let spouse: { idNumber: string; birthOn: string };
let phone: string;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  pool = connect(testStack().databaseUrl, 2);
  walked = await wholeLife();
});
afterAll(() => pool.end());

const ask = (as: string, input: Json) => client.call<Export>('exportPersonalData', as, { requestedBy: 'person', reason: REASON, ...input });

/** A household of three, up to the money, with everything in its texts that must not be given out. */
async function wholeLife(): Promise<WalkedCase> {
  spouse = freshPerson();
  const { applicant, household, bankAccount } = givenApplication();
  phone = applicant.phone;
  const [self] = household.members;
  const life = await WalkedCase.submit(client, {}, {
    applicant: { ...applicant, name: NAMES.applicant },
    bankAccount: { ...bankAccount, holderName: NAMES.applicant, cardNumber: CARD },
    household: {
      ...household,
      members: [
        { ...self!, name: NAMES.applicant, annualIncomeFen: 5_000_000, health: '慢性病甲' },
        { memberNo: 2, relation: 'spouse', name: NAMES.spouse, idNumber: spouse.idNumber, birthOn: spouse.birthOn, annualIncomeFen: 1_931_415, health: '慢性病乙' },
        { memberNo: 3, relation: 'child', name: NAMES.child, birthOn: '2012-03-21', annualIncomeFen: 0 },
      ],
    },
  });
  await (await DocumentClient.signIn(LIANGXI.clerk)).upload(life.id, await photo(), { kind: 'idCard' });
  await life.does('signAuthorization', { signers: [1, 2] });
  await life.does('acceptApplication');
  const about = `${NAMES.applicant}与${NAMES.spouse}（${spouse.idNumber}）同住，电话${applicant.phone}；走访时${NAMES.visitor}在场，另有电话13911112222，卡号${CARD}`;
  await life.does('recordVisit', { visitors: [{ name: NAMES.visitor, kind: 'unionCadre' }, { name: NAMES.visitor, kind: 'volunteer' }], fourClear: { family: about, cause: '属实', need: '生活', aidReceived: '无' } });
  await life.does('decidePreliminaryReview', { opinion: `${NAMES.visitor}核实` });
  await life.does('postNotice');
  await client.call('raiseObjection', null, { caseId: life.id, kind: 'first', raisedBy: NAMES.objector, contact: NAMES.contact, about: `${NAMES.objector}说收入不实` });
  await life.look();
  await life.finds('first', life.view.notices[0]!.objections[0]!.id, 'dismissed');
  // Typed into the wrong case, and refused: about somebody else.
  expectProblem(await life.send('updateFile', LIANGXI.clerk, { visit: true, note: `${NAMES.unknown}一户的情况` }), 409, 'NOT_AWAITED');
  await client.call('revealField', HANDLER, { caseId: life.id, field: 'applicant.phone', reason: `致电${NAMES.applicant}和${NAMES.spouse}核实` });
  return life;
}

describe('everything that is held about the applicant', () => {
  let text: string;
  let one: Export['cases'][number];
  test('with identity, figures, consents, words, papers, what happened, who looked and why', async () => {
    const { status, body } = await ask(HANDLER, { caseId: walked.id });
    expect(status).toBe(200);
    text = JSON.stringify(body);
    one = body.cases[0]!;
    expect(body.cases).toHaveLength(1);
    expect(one).toMatchObject({ caseId: walked.id, number: walked.view.number, as: 'applicant', memberNo: 1, identity: { name: NAMES.applicant, idNumber: walked.application.applicant.idNumber, phone, health: '慢性病甲', bankAccount: { cardNumber: CARD } } });
    expect(one.household.members).toEqual([expect.objectContaining({ memberNo: 1, isYou: true }), { memberNo: 2, relation: 'spouse', isYou: false }, { memberNo: 3, relation: 'child', isYou: false }]);
    expect(one.authorisations).toMatchObject([{ signedOn: '2024-03-04', method: 'paper' }]);
    expect(one.documents).toMatchObject([{ kind: 'idCard', state: 'clean' }]);
    expect(one.declarations).toMatchObject([{ operation: 'submitApplication', applicant: { phone }, member: { memberNo: 1 } }]);
    expect(one.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['applicationSubmitted', 'visitRecorded', 'objectionRaised']));
    expect(one.accesses).toContainEqual(expect.objectContaining({ operation: 'revealField', by: { union: expect.stringContaining('梁溪') as string, roles: ['handler'] } }));
    expect(one.reveals).toMatchObject([{ field: 'applicant.phone', by: { roles: ['handler'] }, reason: `致电${NAMES.applicant}和***核实` }]);
    expect(one.exports).toMatchObject([{ requestedBy: 'person', by: { roles: ['handler'] } }]);
    expect(Object.fromEntries(body.index.map(({ section, entries }) => [section, entries]))).toMatchObject({ cases: 1, authorisations: 1, documents: 1, reveals: 1, exports: 1 });
  });

  test('and nothing of anybody else: no other member, visitor, objector or member of staff, in no field and no text', () => {
    const strangers = [NAMES.spouse, NAMES.child, NAMES.visitor, NAMES.objector, NAMES.contact, spouse.idNumber, spouse.birthOn, '慢性病乙', '1931415', '13911112222', '收入不实', NAMES.unknown];
    expect(strangers.filter((stranger) => text.includes(stranger))).toEqual([]);
    expect(text).not.toMatch(/wx-liangxi(-e1)?\.(clerk|handler|head)/);
    expect(one.writings.find(({ operation }) => operation === 'recordVisit')!.texts['fourClear.family']).toBe(`${NAMES.applicant}与***（***）同住，电话${phone}；走访时***在场，另有电话***，卡号${CARD}`);
    expect(one.writings.map(({ operation }) => operation)).not.toEqual(expect.arrayContaining(['raiseObjection']));
  });
});

test('another member gets what is about her, and neither the applicant’s words and money nor his numbers', async () => {
  const { body } = await ask(HANDLER, { idNumber: spouse.idNumber });
  expect(body.cases).toMatchObject([{ caseId: walked.id, as: 'member', memberNo: 2, identity: { name: NAMES.spouse, idNumber: spouse.idNumber, health: '慢性病乙' }, payments: [], writings: [], documents: [], employer: null, decisions: null, accounts: [] }]);
  expect(body.cases[0]!.household.members).toContainEqual(expect.objectContaining({ memberNo: 2, isYou: true, annualIncomeFen: 1_931_415 }));
  const text = JSON.stringify(body);
  for (const his of [NAMES.applicant, NAMES.child, walked.application.applicant.idNumber, phone, CARD, '慢性病甲', '示例路217号', NAMES.visitor]) expect(text).not.toContain(his);
  expect((await ask(HANDLER, { caseId: walked.id, memberNo: 2 })).body.cases[0]).toMatchObject({ as: 'member', memberNo: 2 });
});

test('by ID number: all cases of the person that the union keeps, and none of a union that somebody else must ask', async () => {
  const { idNumber } = walked.application.applicant;
  expect((await ask(HANDLER, { idNumber: ` ${idNumber.toLowerCase()} ` })).body.cases.map(({ caseId }) => caseId)).toEqual([walked.id]);
  for (const stranger of ['wx-xishan.handler', 'bz.handler', 'wx.handler']) expectProblem(await ask(stranger, { idNumber }), 404, 'NOT_FOUND');
  expectProblem(await ask(HANDLER, { idNumber: freshPerson().idNumber }), 404, 'NOT_FOUND');
});

test('only by those who keep the papers, with a reason, and for one person', async () => {
  for (const as of [LIANGXI.clerk, 'wx-liangxi.finance', 'wx-liangxi.auditor', 'wx-liangxi.admin']) expectProblem(await ask(as, { caseId: walked.id }), 403, 'FORBIDDEN');
  expectProblem(await ask('wx.handler', { caseId: walked.id }), 403, 'FORBIDDEN');
  expectProblem(await ask('bz.handler', { caseId: walked.id }), 404, 'NOT_FOUND');
  expectProblem(await ask(HANDLER, { caseId: walked.id, memberNo: 9 }), 404, 'NOT_FOUND');
  expect(pathsOf(expectProblem(await ask(HANDLER, { caseId: walked.id, reason: '' }), 400, 'INVALID_INPUT'))).toEqual(['body.reason']);
  for (const input of [{}, { caseId: walked.id, idNumber: spouse.idNumber }, { idNumber: spouse.idNumber, memberNo: 2 }]) expect(pathsOf(expectProblem(await ask(HANDLER, input), 400, 'INVALID_INPUT'))).toEqual(['body.idNumber']);
});

test('each is written down, sealed, and in the audit as an export with its case', async () => {
  const { body } = await ask(HANDLER, { caseId: walked.id, requestedBy: 'guardian' });
  const { rows } = await pool.query<{ reason: Buffer }>('select user_id as "userId", requested_by as "requestedBy", member_no as "memberNo", reason from personal_data_export where id = $1', [body.id]);
  expect(rows).toEqual([{ userId: HANDLER, requestedBy: 'guardian', memberNo: 1, reason: expect.any(Buffer) as Buffer }]);
  expect(rows[0]!.reason.includes(Buffer.from(REASON))).toBe(false);
  const audit = await client.call<{ items: Json[] }>('listAuditEntries', 'wx.auditor', { kind: 'export', operation: 'exportPersonalData', limit: 20 });
  expect(audit.body.items).toContainEqual(expect.objectContaining({ actor: HANDLER, outcome: 'done', details: expect.objectContaining({ exportId: body.id }) as Json }));
  expect(JSON.stringify(audit.body)).not.toContain(REASON);
  const accesses = await client.call<{ items: { operation: string }[] }>('listAccessesToCase', 'wx.auditor', { caseId: walked.id, operation: 'exportPersonalData', limit: 50 });
  expect(accesses.body.items.length).toBeGreaterThan(0);
  await expect(pool.query('delete from personal_data_export where id = $1', [body.id])).rejects.toThrow('append-only');
});
