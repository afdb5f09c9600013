import { CARD_ALWAYS_RETURNED, CARD_RETURNED_ONCE } from '../../../bank-sandbox/test-cards';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase, type DisbursementView } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

test('a payment that the bank returns is payable again, in a disbursement of its own, and the worker is told of nothing', async () => {
  const walked = await givenCase(client, 'disbursement', { cardNumber: CARD_ALWAYS_RETURNED });
  const ids: string[] = [];
  for (const round of [1, 2]) {
    const prepared = await walked.preparesDisbursement();
    ids.push(prepared.id);
    await walked.releasesDisbursement(prepared);
    const view = await walked.becomes(({ payments }) => payments.every(({ state }) => state === 'returned'));
    expect(view).toMatchObject({ state: 'disbursement', awaiting: [{ command: 'prepareDisbursement' }] });
    expect(view.disbursements).toHaveLength(round);
  }
  expect(new Set(ids).size).toBe(2);
  const { body } = await client.call<DisbursementView>('getDisbursement', 'wx-liangxi.finance', { disbursementId: ids[0]! });
  expect(body).toMatchObject({ state: 'settled', items: [{ state: 'returned', reason: 'accountClosed' }] });
  expect((await walked.send<object>('listNotifications', walked.clerk)).body).toEqual({ items: [] });
});

test('a payment that came back is paid when the bank takes it at last, and the worker is told once', async () => {
  const walked = await givenCase(client, 'disbursement', { cardNumber: CARD_RETURNED_ONCE });
  // The bank returns the first transfer to this card only; on a stack that has seen it before there is nothing to return.
  while (walked.view.state === 'disbursement') {
    await walked.releasesDisbursement(await walked.preparesDisbursement());
    await walked.becomes(({ payments }) => payments.every(({ state }) => state === 'returned' || state === 'paid'));
  }
  expect(walked.view).toMatchObject({ state: 'active', payments: [{ state: 'paid' }] });
  const { body } = await walked.send<{ items: { kind: string; text: string }[] }>('listNotifications', walked.clerk);
  expect(body.items).toMatchObject([{ kind: 'paid', toldOn: walked.today() }]);
  expect(body.items[0]?.text).toContain('3000.00');
});

test('payments may go in parts: the file is active when the last one has arrived, not before', async () => {
  const walked = await givenCase(client, 'planning');
  await walked.does('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 300_000 }, { aidType: 'medical', amountFen: 100_000 }] });
  await walked.does('decideCollectively');
  const [living, medical] = walked.view.payments.map(({ id }) => id);

  const pay = async (paymentId: string | undefined) => {
    const { status, body } = await walked.send<DisbursementView>('prepareDisbursement', 'wx-liangxi.finance', { paymentIds: [paymentId] });
    expect(status).toBe(201);
    await walked.releasesDisbursement(body);
    await walked.becomes(({ payments }) => payments.find(({ id }) => id === paymentId)?.state === 'paid');
  };
  await pay(living);
  expect(walked.view.state).toBe('disbursement');
  expectProblem(await walked.send('prepareDisbursement', 'wx-liangxi.finance', { paymentIds: [living, medical] }), 409, 'PAYMENT_NOT_PAYABLE');
  await pay(medical);
  await walked.becomes(({ state }) => state === 'active');
  expect((await walked.send<{ items: object[] }>('listNotifications', walked.clerk)).body.items).toHaveLength(2);
});

test('money goes to the applicant\'s own account and to no other', async () => {
  const bankAccount = { holderName: '岑禾禾', bankName: '示例银行', cardNumber: '6200001000000237577' };
  const walked = await givenCase(client, 'disbursement', {}, { bankAccount });
  const reply = await walked.send('prepareDisbursement', 'wx-liangxi.finance', walked.usual('prepareDisbursement'));
  expect(expectProblem(reply, 422, 'PAYEE_NAME_MISMATCH').rule).toBe('R-BZ-07');
  expect((await walked.look()).disbursements).toEqual([]);
});
