import { LIANGXI, PlayedCase, WUXI_DEEP } from '../../domain/played-case';
import { phasingOut } from '../../domain/played-exit';
import { aidWaits, moneyWaits, ownerOf } from '../../../../workflows/case/file-desk';

const active = () => PlayedCase.apply(LIANGXI, WUXI_DEEP).to('active');
const proposed = () => active().do('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 100_000 }] });
const approved = () => {
  const played = proposed();
  return played.do('decideCollectively', played.votes('for', 'for', 'for'));
};

describe('R-WX-14: the union that owns the file', () => {
  test('is the one that reviewed it; a case without a file has none', () => {
    expect(ownerOf(active().record)).toBe('wx');
    expect(() => ownerOf(PlayedCase.apply(LIANGXI, WUXI_DEEP).record)).toThrow('has no file');
  });
  test('after a change of class money is prepared and released by the new owner', () => {
    const played = approved().on('2024-01-10').do('recordRecheck', { doneOn: '2024-01-10', outcome: 'changeClass', hardshipClass: 'relative', hasReason: true });
    expect(moneyWaits(played.record)).toMatchObject([{ command: 'prepareDisbursement', orgId: 'wx-liangxi' }]);
  });
});

describe('further aid', () => {
  test('may be proposed while nothing is proposed, and is nobody’s task', () => {
    expect(aidWaits(active().record, true)).toEqual([{ command: 'proposeAidPlan', role: 'handler', orgId: 'wx', task: false }]);
    expect(aidWaits(active().record, false)).toEqual([]);
  });
  test('once proposed is the group’s to decide, in every box of the file’s life', () => {
    for (const mayPropose of [true, false]) expect(aidWaits(proposed().record, mayPropose)).toMatchObject([{ command: 'decideCollectively', role: 'head', orgId: 'wx', task: true }]);
  });
  test('R-BZ-21, R-WX-33: also in a phase-out in which aid goes on', () => {
    const { record } = phasingOut();
    expect(aidWaits(record, record.phaseOut!.aidContinues)).toMatchObject([{ command: 'proposeAidPlan', orgId: 'wx-liangxi' }]);
  });
});

describe('R-BZ-31: money of a file', () => {
  test('is prepared by finance and released by the treasurer, each only while there is something for them', () => {
    const played = active();
    const waits = [moneyWaits(played.record).map(({ command, role }) => [command, role])];
    const next = approved();
    waits.push(moneyWaits(next.record).map(({ command, role }) => [command, role]));
    next.do('prepareDisbursement', { paymentIds: [next.record.payments.at(-1)!.id], payeeIsApplicant: true });
    waits.push(moneyWaits(next.record).map(({ command, role }) => [command, role]));
    expect(waits).toEqual([[], [['prepareDisbursement', 'finance']], [['releaseDisbursement', 'treasurer']]]);
  });
  test('a payment that the bank returned is to be prepared again', () => {
    const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('released');
    const [sent] = played.record.disbursements;
    played.emit({ type: 'paymentReturned', disbursementId: sent!.id, paymentId: sent!.paymentIds[0]!, reason: 'accountClosed' });
    expect(moneyWaits(played.record)).toMatchObject([{ command: 'prepareDisbursement', task: true }]);
  });
});
