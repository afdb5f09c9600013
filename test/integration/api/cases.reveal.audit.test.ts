import { connect } from '../../../store/db';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { givenCase, type WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const REASON = '电话联系家属核实';
let client: ServiceClient;
let walked: WalkedCase;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  walked = await givenCase(client, 'upperReview');
});

const reveal = (as: string, fields: Json = {}) => client.call<{ value: string; revealedAt: string }>('revealField', as, { caseId: walked.id, field: 'applicant.phone', reason: REASON, ...fields });
const listed = async () => (await client.call<{ items: Json[] }>('listReveals', 'wx.auditor', { caseId: walked.id })).body.items;

test('one field is shown as it is, to whoever handles the case, and who saw it and why is written down without what it said', async () => {
  const { applicant, residence } = walked.application;
  const answer = await reveal('wx-liangxi.handler');
  expect([answer.status, answer.body.value, answer.headers.get('cache-control')]).toEqual([201, applicant.phone, 'no-store']);
  expect((await reveal(walked.clerk, { field: 'residence.address', reason: '邮寄告知书给家庭' })).body.value).toBe(residence.address);
  expect((await reveal(walked.clerk, { field: 'member.idNumber', memberNo: 1 })).body.value).toBe(applicant.idNumber);
  const items = await listed();
  expect(items.slice(0, 3)).toMatchObject([
    { field: 'member.idNumber', memberNo: 1, user: walked.clerk },
    { field: 'residence.address', user: walked.clerk, reason: '邮寄告知书给家庭' },
    { field: 'applicant.phone', memberNo: null, user: 'wx-liangxi.handler', onBehalfOf: null, reason: REASON },
  ]);
  for (const secret of [applicant.phone, applicant.idNumber, residence.address]) expect(JSON.stringify(items)).not.toContain(secret);
});

test('who does not handle it gets nothing, and nothing is written down', async () => {
  const before = (await listed()).length;
  for (const user of ['wx-liangxi.auditor', 'wx.supervisor', 'wx-liangxi.leader', 'wx-liangxi.admin', 'wx-liangxi.finance', 'wx.finance']) expectProblem(await reveal(user), 403, 'FORBIDDEN');
  for (const stranger of ['wx-xishan.handler', 'wx-liangxi-c1.clerk', 'bz.handler']) expectProblem(await reveal(stranger), 404, 'NOT_FOUND');
  expectProblem(await client.call('revealField', null, { caseId: walked.id, field: 'applicant.phone', reason: REASON }), 401, 'UNAUTHENTICATED');
  expect((await listed()).length).toBe(before);
});

test('finance sees whom it pays once there is something to pay, of its own union’s files only', async () => {
  const paid = await givenCase(client, 'disbursement');
  const ask = (as: string, field: string) => client.call<{ value: string }>('revealField', as, { caseId: paid.id, field, reason: REASON });
  expect((await ask('wx-liangxi.finance', 'bankAccount.cardNumber')).body.value).toBe(paid.application.bankAccount.cardNumber);
  expectProblem(await ask('wx-liangxi.finance', 'applicant.idNumber'), 403, 'FORBIDDEN');
  expectProblem(await ask('wx.finance', 'bankAccount.cardNumber'), 403, 'FORBIDDEN');
});

test('a reason is needed, a field that exists, and a member for the fields of members', async () => {
  expect(pathsOf(expectProblem(await reveal(walked.clerk, { reason: ' 核  ' }), 400, 'INVALID_INPUT'))).toEqual(['body.reason']);
  expect(pathsOf(expectProblem(await reveal(walked.clerk, { field: 'password_hash' }), 400, 'INVALID_INPUT'))).toEqual(['body.field']);
  expect(pathsOf(expectProblem(await reveal(walked.clerk, { field: 'member.name' }), 400, 'INVALID_INPUT'))).toEqual(['body.memberNo']);
  expect(pathsOf(expectProblem(await reveal(walked.clerk, { memberNo: 1 }), 400, 'INVALID_INPUT'))).toEqual(['body.memberNo']);
  expectProblem(await reveal(walked.clerk, { field: 'member.health', memberNo: 1 }), 404, 'NOT_FOUND');
});

test('the list of reveals is for auditors of the subtree', async () => {
  for (const user of ['wx-liangxi.handler', walked.clerk, 'wx-liangxi.admin']) expectProblem(await client.call('listReveals', user, { caseId: walked.id }), 403, 'FORBIDDEN');
  for (const user of ['wx-xishan.auditor', 'ah.auditor']) expectProblem(await client.call('listReveals', user, { caseId: walked.id }), 404, 'NOT_FOUND');
});

test('an auditor reads why somebody looked, without what was looked at', async () => {
  const { applicant, residence } = walked.application;
  await reveal(walked.clerk, { reason: `核实${applicant.name}的电话${applicant.phone}、证件${applicant.idNumber}、住址${residence.address}` });
  expect((await listed())[0]).toMatchObject({ reason: expect.stringMatching(/^核实柏\*\*的电话199\*{4}0021、证件.{3}\*{14}.、住址\*{3}$/) as unknown });
});

test('what each role reads of the same case', async () => {
  await walked.does('recordComparison', { findings: '柏禾禾，电话19900000021，另有账户6200001000000237577' });
  const nameFor = async (user: string) => (await walked.look(user)).applicant.name;
  for (const user of [walked.clerk, 'wx-liangxi.handler', 'wx-liangxi.head', 'wx-liangxi.leader']) expect(await nameFor(user)).toBe('柏禾禾');
  for (const user of ['wx-liangxi.finance', 'wx-liangxi.treasurer', 'wx-liangxi.auditor', 'wx.supervisor', 'js.auditor']) expect(await nameFor(user)).toBe('柏**');
  const findings = async (user: string) => {
    const { body } = await client.call<{ items: { type: string; texts: Record<string, string> }[] }>('listCaseEvents', user, { caseId: walked.id, limit: 200 });
    return body.items.find(({ texts }) => texts.findings)?.texts.findings;
  };
  expect(await findings('wx-liangxi.handler')).toBe('柏禾禾，电话199****0021，另有账户***************7577');
  expect(await findings('wx.auditor')).toBe('柏**，电话199****0021，另有账户***************7577');
  expect(await findings('wx-liangxi.finance')).toBe('***');
});

test('whoever has the database of reveals cannot change them', async () => {
  const pool = connect(testStack().databaseUrl, 1);
  try {
    await expect(pool.query('update reveal set reason = $1', ['别的理由'])).rejects.toThrow('append-only');
  } finally {
    await pool.end();
  }
});
