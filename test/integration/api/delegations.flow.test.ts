import { addDays, addMonths, shanghaiDateAt } from '../../../domain/calendar-date';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { givenCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const HEAD = 'wx-liangxi.head';
const LEADER = 'wx-liangxi.leader';
const TODAY = shanghaiDateAt(Date.now());
const forToday = { fromOn: TODAY, untilOn: TODAY };

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const delegate = (as: string, fields: Json) => client.call<{ id: string }>('delegateDuties', as, { ...forToday, ...fields });
const revoke = (as: string, delegationId: string) => client.call('revokeDelegation', as, { delegationId });
const instead = (of: string) => ({ 'on-behalf-of': of });

test('a delegate acts with the other’s roles while it lasts, both names are recorded, and the next request after the end is refused', async () => {
  const walked = await givenCase(client, 'collectiveApproval');
  const decide = (headers = {}) => walked.send('decideCollectively', LEADER, walked.usual('decideCollectively'), headers);
  expectProblem(await decide(), 403, 'FORBIDDEN');
  expectProblem(await decide(instead(HEAD)), 403, 'FORBIDDEN');
  const { status, body } = await delegate(HEAD, { toUser: LEADER, roles: ['head'] });
  expect([status, body]).toEqual([201, expect.objectContaining({ fromUser: HEAD, toUser: LEADER, roles: ['head'], ...forToday, createdBy: HEAD, revokedBy: null })]);
  // Without naming for whom, the delegate is nobody but the own self.
  expectProblem(await decide(), 403, 'FORBIDDEN');
  expect((await decide(instead(HEAD))).body.state).toBe('disbursement');
  const events = (await client.call<{ items: Json[] }>('listCaseEvents', HEAD, { caseId: walked.id, limit: 200 })).body.items;
  expect(events.find(({ type }) => type === 'collectivelyDecided')).toMatchObject({ actor: LEADER, onBehalfOf: HEAD });

  expect((await revoke(HEAD, body.id)).status).toBe(200);
  expectProblem(await client.call('whoAmI', LEADER, {}, instead(HEAD)), 403, 'FORBIDDEN');
  expectProblem(await revoke(HEAD, body.id), 409, 'DELEGATION_REVOKED');
});

test('nobody uses what was delegated to somebody else, or not yet, or not any more', async () => {
  const { body } = await delegate('wx-liangxi.member1', { toUser: 'wx-liangxi.member2', roles: ['member1'], fromOn: addDays(TODAY, 1), untilOn: addDays(TODAY, 9) });
  for (const [as, of] of [['wx-liangxi.member2', 'wx-liangxi.member1'], ['wx-liangxi.member3', 'wx-liangxi.member1'], ['wx-liangxi.member2', 'nobody'], ['wx-liangxi.member2', ''], ['wx-liangxi.member2', 'wx-liangxi.member2']] as const) {
    expectProblem(await client.call('whoAmI', as, {}, instead(of)), 403, 'FORBIDDEN');
  }
  expectProblem(await revoke('wx-xishan.head', body.id), 404, 'NOT_FOUND');
  expect((await revoke('wx-liangxi.member2', body.id)).status).toBe(200);
});

test('R-BZ-31: who prepared the money does not release it as the treasurer’s delegate', async () => {
  const walked = await givenCase(client, 'disbursement');
  const { body } = await delegate('wx-liangxi.treasurer', { toUser: 'wx-liangxi.finance', roles: ['treasurer'] });
  const { id: disbursementId } = await walked.preparesDisbursement();
  const release = (as: string, headers = {}) => client.call('releaseDisbursement', as, { disbursementId }, headers);
  expectProblem(await release('wx-liangxi.finance', instead('wx-liangxi.treasurer')), 422, 'SAME_PERSON_MAY_NOT_APPROVE');
  expect((await release('wx-liangxi.treasurer')).status).toBe(200);
  await revoke('wx-liangxi.treasurer', body.id);
});

test('R-BZ-31: who brought another account neither prepares nor releases money for it, in whosever place; others do', async () => {
  const walked = await givenCase(client, 'disbursement');
  const inPlaceOf: Record<string, string> = { handler: 'wx-liangxi.handler', finance: 'wx-liangxi.finance', treasurer: 'wx-liangxi.treasurer' };
  const given = await Promise.all(Object.entries(inPlaceOf).map(([role, from]) => delegate(from, { toUser: LEADER, roles: [role] })));
  const bankAccount = { ...walked.application.bankAccount, cardNumber: '6200010000000007919' };
  expect((await walked.send('updateFile', LEADER, { visit: false, bankAccount }, instead('wx-liangxi.handler'))).status).toBe(200);

  const conflict = { user: LEADER, duty: 'accountChanger' };
  expect(expectProblem(await walked.send('prepareDisbursement', LEADER, walked.usual('prepareDisbursement'), instead('wx-liangxi.finance')), 403, 'CONFLICT_OF_INTEREST')).toMatchObject(conflict);
  const { id: disbursementId } = await walked.preparesDisbursement();
  const release = (as: string, headers = {}) => client.call('releaseDisbursement', as, { disbursementId }, headers);
  expect(expectProblem(await release(LEADER, instead('wx-liangxi.treasurer')), 403, 'CONFLICT_OF_INTEREST')).toMatchObject(conflict);
  expect((await release('wx-liangxi.treasurer')).status).toBe(200);
  await Promise.all(given.map(({ body }, n) => revoke(Object.values(inPlaceOf)[n] ?? '', body.id)));
});

test('a delegation is for the own roles, for people of the same union or above, for a year at the most, and begins today at the earliest', async () => {
  const wrong = async (fields: Json, as = HEAD) => pathsOf(expectProblem(await delegate(as, { toUser: LEADER, roles: ['head'], ...fields }), 400, 'INVALID_INPUT'));
  expect(await wrong({ roles: ['treasurer'] })).toEqual(['body.roles']);
  expect(await wrong({ roles: ['admin'] })).toEqual(['body.roles.0']);
  expect(await wrong({ toUser: 'wx-xishan.head' })).toEqual(['body.toUser']);
  expect(await wrong({ toUser: 'wx-liangxi-e1.clerk' })).toEqual(['body.toUser']);
  expect(await wrong({ toUser: HEAD })).toEqual(['body.toUser']);
  expect(await wrong({ toUser: 'nobody' })).toEqual(['body.toUser']);
  expect(await wrong({ fromOn: addDays(TODAY, -1) })).toEqual(['body.fromOn']);
  expect(await wrong({ untilOn: addDays(TODAY, -1) })).toEqual(['body.untilOn']);
  expect(await wrong({ untilOn: addDays(addMonths(TODAY, 12), 1) })).toEqual(['body.untilOn']);
});

test('for somebody who is away the head of the union or an administrator arranges it, and nobody else', async () => {
  const fields = { fromUser: 'wx-liangxi.finance', toUser: 'wx-liangxi.member3', roles: ['finance'] };
  for (const user of ['wx-liangxi.leader', 'wx-liangxi.member3', 'wx-xishan.head', 'wx.head', 'wx-xishan.admin', 'bz.admin']) expectProblem(await delegate(user, fields), 403, 'FORBIDDEN');
  for (const user of [HEAD, 'wx-liangxi.admin', 'wx.admin']) {
    const { status, body } = await delegate(user, fields);
    expect([user, status]).toEqual([user, 201]);
    expect((await revoke(user, body.id)).status).toBe(200);
  }
});

test('a delegate does not pass it on, and sees no more of the cases than the other', async () => {
  const walked = await givenCase(client, 'upperReview', { figures: 'deep' });
  const { body } = await delegate('wx-xishan.handler', { toUser: 'wx.leader', roles: ['handler'] });
  expect((await client.call('getCase', 'wx.leader', { caseId: walked.id })).status).toBe(200);
  expectProblem(await client.call('getCase', 'wx.leader', { caseId: walked.id }, instead('wx-xishan.handler')), 404, 'NOT_FOUND');
  expectProblem(await client.call('delegateDuties', 'wx.leader', { toUser: 'wx.member1', roles: ['handler'], ...forToday }, instead('wx-xishan.handler')), 403, 'FORBIDDEN');
  await revoke('wx.leader', body.id);
});

test('the list shows one’s own, and heads and administrators those of their subtree', async () => {
  const { body } = await delegate('wx-liangxi.member1', { toUser: 'wx-liangxi.member3', roles: ['member1'] });
  const idsFor = async (user: string) => (await client.call<{ items: { id: string }[] }>('listDelegations', user, { limit: 200 })).body.items.map(({ id }) => id);
  for (const user of ['wx-liangxi.member1', 'wx-liangxi.member3', HEAD, 'wx-liangxi.admin', 'wx.admin']) expect(await idsFor(user)).toContain(body.id);
  for (const user of ['wx-liangxi.member2', 'wx-xishan.head', 'bz.admin']) expect(await idsFor(user)).not.toContain(body.id);
  await revoke('wx-liangxi.member1', body.id);
});
