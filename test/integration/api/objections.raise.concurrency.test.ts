import { ANY_TEXT, expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase, type WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

async function givenOpenNotice(): Promise<WalkedCase> {
  const walked = await givenCase(client, 'notice1');
  await walked.does('postNotice');
  return walked;
}

test('thirty objections at once are all recorded, each once', async () => {
  const walked = await givenOpenNotice();
  const sent = Array.from({ length: 30 }, (_, index) => walked.send<{ objectionId: string }>('raiseObjection', null, { kind: 'first', about: `第 ${index} 条` }));
  const replies = await Promise.all(sent);
  expect(replies.every(({ status }) => status === 200)).toBe(true);

  const receipts = replies.map(({ body }) => body.objectionId).sort();
  const recorded = (await walked.look()).notices[0]?.objections.map(({ id }) => id).sort();
  expect(new Set(receipts).size).toBe(30);
  expect(recorded).toEqual(receipts);
});

test('a notice takes a hundred objections and no more, so that nobody can drown a case', async () => {
  const walked = await givenOpenNotice();
  const raise = () => walked.send<unknown>('raiseObjection', null, { kind: 'first', about: '情况不实' });
  for (let sent = 0; sent < 100; sent += 10) await Promise.all(Array.from({ length: 10 }, raise));
  expectProblem(await raise(), 409, 'TOO_MANY_OBJECTIONS');
  expect((await walked.look()).notices[0]?.objections).toHaveLength(100);
});

test('who is not signed in gets a receipt and nothing of the case', async () => {
  const walked = await givenOpenNotice();
  const { body } = await walked.send<object>('raiseObjection', null, { kind: 'first', raisedBy: '路人', contact: '19900000000', about: '情况不实' });
  expect(body).toEqual({ objectionId: ANY_TEXT, noticeKind: 'first' });
});

test('nor is anything of the case told when no notice is open', async () => {
  const walked = await givenCase(client, 'preliminaryReview');
  const problem = expectProblem(await walked.send<unknown>('raiseObjection', null, { kind: 'first', about: '情况不实' }), 409, 'NOT_AWAITED');
  expect(problem.awaiting).toEqual([]);
  expect(problem.detail).not.toMatch(/clerk|decidePreliminaryReview|wx-/);
});

test('a clerk who takes an objection down gets the case; a stranger who is signed in gets a receipt like anybody', async () => {
  const walked = await givenOpenNotice();
  const own = await walked.send('raiseObjection', walked.clerk, { kind: 'first', about: '电话反映' });
  expect(own.body).toMatchObject({ id: walked.id, state: 'notice1' });
  const strange = await walked.send<object>('raiseObjection', 'bz.handler', { kind: 'first', about: '情况不实' });
  expect([strange.status, strange.body]).toEqual([200, { objectionId: ANY_TEXT, noticeKind: 'first' }]);
});

test('nor does an administrator of the very union get more than a receipt', async () => {
  const walked = await givenOpenNotice();
  for (const admin of ['wx-liangxi.admin', 'wx.admin']) {
    const { status, body } = await walked.send<object>('raiseObjection', admin, { kind: 'first', about: '情况不实' });
    expect([status, body]).toEqual([200, { objectionId: ANY_TEXT, noticeKind: 'first' }]);
  }
});
