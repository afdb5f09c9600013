import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase, type DisbursementView, type WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const release = (disbursementId: string) => client.call<DisbursementView>('releaseDisbursement', 'wx-liangxi.treasurer', { disbursementId });
const prepare = (walked: WalkedCase) =>
  walked.send<DisbursementView>('prepareDisbursement', 'wx-liangxi.finance', { paymentIds: walked.view.payments.map(({ id }) => id) });

test('a disbursement that is released five times at once is released once', async () => {
  const walked = await givenCase(client, 'disbursement');
  const { id } = await walked.preparesDisbursement();
  const replies = await Promise.all([release(id), release(id), release(id), release(id), release(id)]);
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
  for (const reply of replies.filter(({ status }) => status === 409)) expectProblem(reply, 409, 'DISBURSEMENT_ALREADY_RELEASED');

  await walked.becomes(({ state }) => state === 'active');
  const { body } = await walked.send<{ items: { type: string }[] }>('listCaseEvents', walked.clerk, { limit: 200 });
  expect(body.items.filter(({ type }) => type === 'disbursementReleased' || type === 'paymentPaid')).toHaveLength(2);
});

test('payments that are prepared three times at once are in one disbursement', async () => {
  const walked = await givenCase(client, 'disbursement');
  const replies = await Promise.all([prepare(walked), prepare(walked), prepare(walked)]);
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  expect((await walked.look()).disbursements).toHaveLength(1);
});

test('a release of yesterday is refused after the money has arrived', async () => {
  const walked = await givenCase(client, 'disbursement');
  const { id } = await walked.preparesDisbursement();
  await walked.releasesDisbursement({ id });
  await walked.becomes(({ state }) => state === 'active');
  const { version } = walked.view;
  expectProblem(await release(id), 409, 'DISBURSEMENT_ALREADY_RELEASED');
  expect((await walked.look()).version).toBe(version);
});

test('a disbursement says who prepared it, who released it and what became of each payment', async () => {
  const walked = await givenCase(client, 'disbursement');
  const prepared = await walked.preparesDisbursement();
  expect(prepared).toMatchObject({ state: 'prepared', preparedBy: 'wx-liangxi.finance', releasedBy: null, items: [{ amountFen: 300_000, state: 'prepared' }] });
  expect(await walked.releasesDisbursement(prepared)).toMatchObject({ releasedBy: 'wx-liangxi.treasurer' });
  await walked.becomes(({ state }) => state === 'active');
  const { body } = await client.call('getDisbursement', 'wx-liangxi.treasurer', { disbursementId: prepared.id });
  expect(body).toMatchObject({ state: 'settled', items: [{ state: 'paid', reason: null }] });
});

test('a payment that does not exist, or none at all, cannot be prepared', async () => {
  const walked = await givenCase(client, 'disbursement');
  const unknown = await walked.send('prepareDisbursement', 'wx-liangxi.finance', { paymentIds: ['payment-x'] });
  expect(expectProblem(unknown, 409, 'PAYMENT_NOT_PAYABLE').paymentIds).toEqual(['payment-x']);
  expectProblem(await walked.send('prepareDisbursement', 'wx-liangxi.finance', { paymentIds: [] }), 409, 'PAYMENT_NOT_PAYABLE');
});

test('nothing is paid before the file is established', async () => {
  const walked = await givenCase(client, 'collectiveApproval');
  const problem = expectProblem(await walked.send('prepareDisbursement', 'wx-liangxi.finance', { paymentIds: ['any'] }), 409, 'NO_FILE_NO_PAYMENT');
  expect(problem.rule).toBe('R-BZ-07');
});
