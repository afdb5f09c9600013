import { isPayable } from '../../../../domain/decisions/disbursement';
import { actor, LIANGXI, PlayedCase, WUXI_DEEP } from '../played-case';

/** Two payments, planned and not yet prepared. */
function approved() {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('noticedTwice').enter('planning');
  const items = [
    { aidType: 'living', amountFen: 100 },
    { aidType: 'medical', amountFen: 200 },
  ];
  played.do('proposeAidPlan', { items });
  return played.do('decideCollectively', played.votes('for', 'for', 'for')).enter('disbursement');
}
const idsOf = (played: PlayedCase) => played.record.payments.map(({ id }) => id);
const prepare = (paymentIds: string[], payeeIsApplicant = true) => ({ paymentIds, payeeIsApplicant });
const statesOf = (played: PlayedCase) => played.record.payments.map(({ state }) => state);

describe('preparing', () => {
  test('R-BZ-07: no payment without a file', () => {
    const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('proposed');
    expect(played.refusals('prepareDisbursement', prepare(['any']))).toEqual([{ code: 'NO_FILE_NO_PAYMENT', rule: 'R-BZ-07' }]);
  });
  test('R-BZ-07, A-29: no payment to an account of another name', () => {
    const played = approved();
    expect(played.refusals('prepareDisbursement', prepare(idsOf(played), false))).toEqual([{ code: 'PAYEE_NAME_MISMATCH', rule: 'R-BZ-07' }]);
  });
  test('a payment that is on its way cannot be prepared a second time; what is wrong is named, and nothing is prepared', () => {
    const played = approved();
    const [first, second] = idsOf(played) as [string, string];
    played.do('prepareDisbursement', prepare([first]));
    expect(played.refusals('prepareDisbursement', prepare([first, second]))).toEqual([{ code: 'PAYMENT_NOT_PAYABLE', paymentIds: [first] }]);
    expect(statesOf(played)).toEqual(['prepared', 'planned']);
    played.do('releaseDisbursement', { disbursementId: played.record.disbursements[0]!.id });
    expect(played.refusals('prepareDisbursement', prepare([first]))).toMatchObject([{ code: 'PAYMENT_NOT_PAYABLE' }]);
    played.bankPays();
    expect(played.refusals('prepareDisbursement', prepare([first]))).toMatchObject([{ code: 'PAYMENT_NOT_PAYABLE' }]);
  });
  test('a payment named twice is prepared once', () => {
    const played = approved();
    const [first] = idsOf(played) as [string];
    expect(played.do('prepareDisbursement', prepare([first, first])).record.disbursements).toMatchObject([{ paymentIds: [first] }]);
  });
  test('unknown payments, and none at all, are refused', () => {
    expect(approved().refusals('prepareDisbursement', prepare(['other']))).toEqual([{ code: 'PAYMENT_NOT_PAYABLE', paymentIds: ['other'] }]);
    expect(approved().refusals('prepareDisbursement', prepare([]))).toEqual([{ code: 'PAYMENT_NOT_PAYABLE', paymentIds: [] }]);
  });
  test('the record knows who prepared it, when, and under which command', () => {
    const played = approved().on('2023-12-06');
    played.do('prepareDisbursement', prepare(idsOf(played)));
    expect(played.record.disbursements).toEqual([
      {
        id: played.events.at(-1)?.commandId,
        state: 'prepared',
        paymentIds: idsOf(played),
        preparedBy: 'wx.finance',
        preparedOn: '2023-12-06',
        releasedBy: null,
      },
    ]);
  });
});

describe('releasing (R-BZ-31)', () => {
  const prepared = () => {
    const played = approved();
    return played.do('prepareDisbursement', prepare(idsOf(played)));
  };
  const disbursementId = prepared().record.disbursements[0]!.id;

  test('not by whoever prepared it, in whatever role', () => {
    const preparer = { ...actor('treasurer', 'wx'), user: 'wx.finance' };
    expect(prepared().refusals('releaseDisbursement', { disbursementId }, preparer)).toEqual([{ code: 'SAME_PERSON_MAY_NOT_APPROVE', rule: 'R-BZ-31' }]);
  });
  test('once', () => {
    const played = prepared().do('releaseDisbursement', { disbursementId });
    expect(statesOf(played)).toEqual(['sent', 'sent']);
    expect(played.refusals('releaseDisbursement', { disbursementId })).toEqual([{ code: 'DISBURSEMENT_ALREADY_RELEASED' }]);
    expect(played.bankPays().refusals('releaseDisbursement', { disbursementId })).toEqual([{ code: 'DISBURSEMENT_ALREADY_RELEASED' }]);
  });
  test('sends the payments of that disbursement and no other', () => {
    const played = approved();
    const [first, second] = idsOf(played) as [string, string];
    played.do('prepareDisbursement', prepare([first])).do('prepareDisbursement', prepare([second]));
    expect(played.do('releaseDisbursement', { disbursementId: played.record.disbursements[1]!.id }).record.payments).toMatchObject([{ state: 'prepared' }, { state: 'sent' }]);
  });
});

describe('the answer of the bank', () => {
  function released() {
    const played = approved();
    played.do('prepareDisbursement', prepare(idsOf(played)));
    return played.do('releaseDisbursement', { disbursementId: played.record.disbursements[0]!.id });
  }

  test('a disbursement is settled once there is an answer for each of its payments', () => {
    const played = released();
    const [first, second] = idsOf(played) as [string, string];
    const { id } = played.record.disbursements[0]!;
    played.emit({ type: 'paymentPaid', disbursementId: id, paymentId: first });
    expect(played.record.disbursements[0]?.state).toBe('released');
    played.emit({ type: 'paymentReturned', disbursementId: id, paymentId: second, reason: 'accountClosed' });
    expect(played.record.disbursements[0]?.state).toBe('settled');
    expect(statesOf(played)).toEqual(['paid', 'returned']);
  });
  test('a returned payment can be prepared again, released, and paid; the first disbursement stays settled', () => {
    const played = released();
    const [first, second] = idsOf(played) as [string, string];
    const { id } = played.record.disbursements[0]!;
    played.emit({ type: 'paymentPaid', disbursementId: id, paymentId: first }).emit({ type: 'paymentReturned', disbursementId: id, paymentId: second, reason: 'accountClosed' });
    expect([isPayable(played.record, first), isPayable(played.record, second)]).toEqual([false, true]);
    played.do('prepareDisbursement', prepare([second]));
    played.do('releaseDisbursement', { disbursementId: played.record.disbursements[1]!.id }).on('2023-12-20').bankPays();
    expect(played.record.payments).toMatchObject([{ state: 'paid' }, { state: 'paid', paidOn: '2023-12-20', notifiedOn: '2023-12-20' }]);
    expect(played.record.disbursements.map(({ state }) => state)).toEqual(['settled', 'settled']);
  });
  test('R-BZ-F14: the worker is told of what was paid, not of what came back', () => {
    const played = released();
    const [first, second] = idsOf(played) as [string, string];
    const { id } = played.record.disbursements[0]!;
    played.emit({ type: 'paymentPaid', disbursementId: id, paymentId: first }).emit({ type: 'paymentReturned', disbursementId: id, paymentId: second, reason: 'x' });
    played.emit({ type: 'workerNotified', paymentIds: [first] });
    expect(played.record.payments.map(({ notifiedOn }) => notifiedOn !== null)).toEqual([true, false]);
  });
});
