import { connect } from '../../../store/db';
import { givenApplication } from '../given/application';
import { givenClosed } from '../given/file-life';
import { freshPerson } from '../given/id-number';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase, WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const HANDLER = 'wx-liangxi.handler';
const everything = connect(testStack().databaseUrl, 2);
let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});
afterAll(() => everything.end());

const READS = ['getCase', 'listCaseEvents', 'getCaseProcess', 'listNotifications'];

async function expectClosed(walked: WalkedCase, user: string): Promise<void> {
  for (const operation of READS) expectProblem(await client.call(operation, user, { caseId: walked.id }), 403, 'RECUSED');
  const { body: cases } = await client.call<{ items: { id: string }[] }>('listCases', user, { applicantName: walked.application.applicant.name, limit: 200 });
  expect(cases.items.map(({ id }) => id)).not.toContain(walked.id);
  const { body: tasks } = await client.call<{ items: unknown[] }>('listTasks', user, { caseId: walked.id });
  expect(tasks.items).toEqual([]);
}

test('a declared case is closed for who declared it: reading, lists, tasks and every command; others go on', async () => {
  const walked = await givenCase(client, 'upperReview');
  expect((await client.call('declareRelation', HANDLER, { caseId: walked.id })).body).toEqual({ declared: true });
  await expectClosed(walked, HANDLER);
  for (const command of ['recordComparison', 'decideUpperReview', 'returnForCorrection'] as const) expectProblem(await walked.send(command, HANDLER, walked.usual(command)), 403, 'RECUSED');
  expectProblem(await client.call('revealField', HANDLER, { caseId: walked.id, field: 'applicant.phone', reason: '核实家庭情况' }), 403, 'RECUSED');
  expect((await walked.send('recordComparison', 'wx.handler', walked.usual('recordComparison'))).status).toBe(200);
});

test('whose own number is in a household finds the case closed, also one that comes later; the number itself is not kept', async () => {
  const before = await givenCase(client, 'upperReview');
  const { idNumber } = before.application.applicant;
  expect((await client.call('declareIdentity', 'wx-liangxi.admin', { userId: 'wx-liangxi.member2', idNumber })).status).toBe(201);
  await expectClosed(before, 'wx-liangxi.member2');

  const relative = freshPerson().idNumber;
  await client.call('declareRelation', 'wx-liangxi.member2', { idNumber: relative });
  const application = givenApplication();
  application.household.members.push({ memberNo: 2, name: '岑禾禾', relation: 'spouse', idNumber: relative, annualIncomeFen: 0 });
  const { body } = await client.call<{ id: string }>('submitApplication', 'wx-liangxi-e1.clerk', { ...application });
  expectProblem(await client.call('getCase', 'wx-liangxi.member2', { caseId: body.id }), 403, 'RECUSED');
  expect((await client.call('getCase', 'wx-liangxi.member3', { caseId: body.id })).status).toBe(200);

  const { rows } = await everything.query<{ text: string }>('select r::text as text from related_person r union all select r::text from recusal r');
  for (const number of [idNumber, relative]) expect(rows.filter(({ text }) => text.includes(number))).toEqual([]);
});

test('a relative who joins the household with a visit closes the case from then on', async () => {
  const walked = await givenCase(client, 'visit');
  const relative = freshPerson();
  await client.call('declareRelation', 'wx-liangxi.leader', { idNumber: relative.idNumber });
  expect((await client.call('getCase', 'wx-liangxi.leader', { caseId: walked.id })).status).toBe(200);
  const { household } = walked.application;
  const members = [...household.members, { memberNo: 2, name: '岑禾禾', relation: 'spouse' as const, idNumber: relative.idNumber, birthOn: relative.birthOn, annualIncomeFen: 0 }];
  await walked.does('recordVisit', { household: { ...household, members } });
  expectProblem(await client.call('getCase', 'wx-liangxi.leader', { caseId: walked.id }), 403, 'RECUSED');
});

test('nobody files the application of the own household, and nothing of it is left', async () => {
  const application = givenApplication();
  const { idNumber } = application.applicant;
  await client.call('declareRelation', 'wx-liangxi-e1.clerk', { idNumber });
  expectProblem(await client.call('submitApplication', 'wx-liangxi-e1.clerk', { ...application }), 403, 'RECUSED');
  // No claim on the household either: somebody else files it.
  expect((await client.call('submitApplication', HANDLER, { ...application })).status).toBe(201);
});

test('a delegate does not reach the case of whom the delegator is near to', async () => {
  const walked = await givenCase(client, 'upperReview');
  await client.call('declareRelation', 'wx-liangxi.head', { caseId: walked.id });
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const { body } = await client.call<{ id: string }>('delegateDuties', 'wx-liangxi.head', { toUser: 'wx-liangxi.treasurer', roles: ['head'], fromOn: today, untilOn: today });
  expect((await client.call('getCase', 'wx-liangxi.treasurer', { caseId: walked.id })).status).toBe(200);
  expectProblem(await client.call('getCase', 'wx-liangxi.treasurer', { caseId: walked.id }, { 'on-behalf-of': 'wx-liangxi.head' }), 403, 'RECUSED');
  await client.call('revokeDelegation', 'wx-liangxi.head', { delegationId: body.id });
});

test('a declared case stays closed when the household comes back after its file has left', async () => {
  const left = await givenClosed(client);
  await client.call('declareRelation', 'wx-liangxi.member1', { caseId: left.id });
  const { status, body } = await left.send('reportRelapse', left.clerk, left.usual('reportRelapse'));
  expect(status).toBe(201);
  await expectClosed(WalkedCase.resume(client, left, body), 'wx-liangxi.member1');
  expect((await client.call('getCase', 'wx-liangxi.member3', { caseId: body.id })).status).toBe(200);
});

test('what is told of a declaration tells nothing of cases', async () => {
  const known = await givenCase(client, 'intake');
  const answers = await Promise.all([known.application.applicant.idNumber, freshPerson().idNumber].map((idNumber) => client.call('declareRelation', 'bz.member1', { idNumber })));
  expect(answers.map(({ status, body }) => [status, body])).toEqual([[201, { declared: true }], [201, { declared: true }]]);
  expectProblem(await client.call('declareRelation', 'bz.member1', { caseId: known.id }), 404, 'NOT_FOUND');
  // Neither in the own scope, so neither is more than unknown.
  expectProblem(await client.call('getCase', 'bz.member1', { caseId: known.id }), 404, 'NOT_FOUND');
});

test('identities are declared by the administration of the subtree, with a real number; a relation names a case or a person', async () => {
  const { idNumber } = freshPerson();
  for (const user of ['wx-xishan.admin', 'bz.admin']) expectProblem(await client.call('declareIdentity', user, { userId: HANDLER, idNumber }), 404, 'NOT_FOUND');
  expectProblem(await client.call('declareIdentity', HANDLER, { userId: HANDLER, idNumber }), 403, 'FORBIDDEN');
  expectProblem(await client.call('declareIdentity', 'wx-liangxi.admin', { userId: HANDLER, idNumber: '123' }), 422, 'ID_NUMBER_INVALID');
  expect(pathsOf(expectProblem(await client.call('declareRelation', HANDLER, {}), 400, 'INVALID_INPUT'))).toEqual(['body']);
});

test('R-BZ-31: who is named as a visitor does not decide the upper review; a colleague does', async () => {
  const walked = await givenCase(client, 'visit');
  const visitors = [{ name: '走访员一', kind: 'unionCadre', user: HANDLER }, { name: '走访员二', kind: 'volunteer' }];
  await walked.does('recordVisit', { visitors });
  await walked.walkTo('upperReview');
  await walked.does('recordComparison');
  expect(expectProblem(await walked.send('decideUpperReview', HANDLER, walked.usual('decideUpperReview')), 403, 'CONFLICT_OF_INTEREST')).toMatchObject({ user: HANDLER, duty: 'visitor' });
  await everything.query(`insert into app_user (id, org_id, roles, password_hash, is_demo) select 'wx-liangxi.handler2', org_id, roles, password_hash, true from app_user where id = $1 on conflict do nothing`, [HANDLER]);
  expect((await walked.send('decideUpperReview', 'wx-liangxi.handler2', walked.usual('decideUpperReview'))).status).toBe(200);
});

test.each<[string, { name: string; user?: string }]>([
  ['in capitals', { name: '走访员一', user: 'WX-Liangxi.Handler' }],
  ['in capitals and in place of the name', { name: 'WX-LIANGXI.HANDLER' }],
])('R-BZ-31: nor does a visitor whose user name is written %s', async (_how, visitor) => {
  const walked = await givenCase(client, 'visit');
  await walked.does('recordVisit', { visitors: [{ ...visitor, kind: 'unionCadre' }, { name: '走访员二', kind: 'volunteer' }] });
  await walked.walkTo('upperReview');
  await walked.does('recordComparison');
  expect(expectProblem(await walked.send('decideUpperReview', HANDLER, walked.usual('decideUpperReview')), 403, 'CONFLICT_OF_INTEREST')).toMatchObject({ user: HANDLER, duty: 'visitor' });
});

test('R-BZ-31: a visitor who is no user any more is known as one all the same, and one who never was is bad input', async () => {
  const former = 'wx-liangxi.former-handler';
  await everything.query(
    `insert into app_user (id, org_id, roles, password_hash, is_demo, disabled_at) select $2, org_id, roles, password_hash, true, now() from app_user where id = $1 on conflict do nothing`,
    [HANDLER, former],
  );
  const walked = await givenCase(client, 'visit');
  const visit = (...users: string[]) => ({ ...walked.usual('recordVisit'), visitors: users.map((user) => ({ name: '走访员', kind: 'unionCadre', user })) });
  const problem = expectProblem(await walked.send('recordVisit', walked.clerk, visit(former, 'wx-liangxi.ghost')), 400, 'INVALID_INPUT');
  expect(pathsOf(problem)).toEqual(['body.visitors.1.user']);
  expect((await walked.send('recordVisit', walked.clerk, visit(former, HANDLER))).status).toBe(200);
  const { rows } = await everything.query<{ visitor: string[] }>(`select record -> 'duties' -> 'visitor' as visitor from hardship_case where id = $1`, [walked.id]);
  expect(rows[0]?.visitor).toEqual(expect.arrayContaining([walked.clerk, former, HANDLER]));
});

test('R-BZ-31: who is near to the household has no vote, whoever writes the votes down; as recused he stands among them', async () => {
  const walked = await givenCase(client, 'collectiveApproval');
  await client.call('declareRelation', 'wx-liangxi.member1', { idNumber: walked.application.applicant.idNumber });
  expectProblem(await client.call('getCase', 'wx-liangxi.member1', { caseId: walked.id }), 403, 'RECUSED');
  const cast = (vote: string) => ({ ...walked.usual('decideCollectively'), votes: [...walked.votes().filter(({ user }) => user !== 'wx-liangxi.member1'), { user: 'wx-liangxi.member1', vote }] });
  for (const vote of ['for', 'against', 'abstain']) {
    expect(expectProblem(await walked.send('decideCollectively', 'wx-liangxi.head', cast(vote)), 422, 'PERSON_RECUSED').users).toEqual(['wx-liangxi.member1']);
  }
  expect((await walked.send('decideCollectively', 'wx-liangxi.head', cast('recused'))).body).toMatchObject({ state: 'disbursement', collectiveApproval: { outcome: 'passed' } });
});

test('R-BZ-31: who is near to the household is no visitor either, named by the user name in either place', async () => {
  const walked = await givenCase(client, 'visit');
  await client.call('declareRelation', HANDLER, { caseId: walked.id });
  const other = { name: '走访员二', kind: 'volunteer' };
  for (const named of [{ name: '走访员一', kind: 'unionCadre', user: HANDLER }, { name: HANDLER, kind: 'unionCadre' }]) {
    expect(expectProblem(await walked.send('recordVisit', walked.clerk, { ...walked.usual('recordVisit'), visitors: [named, other] }), 422, 'PERSON_RECUSED').users).toEqual([HANDLER]);
  }
  expect((await walked.does('recordVisit')).state).toBe('preliminaryReview');
});
