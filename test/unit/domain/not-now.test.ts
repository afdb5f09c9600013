import { whyNotNow } from '../../../domain/not-now';
import { COMMAND_NAMES } from '../../../workflows/case/commands';
import { LIANGXI, PlayedCase, WUXI_DEEP } from './played-case';
import { told } from './played-exit';

const applied = PlayedCase.apply(LIANGXI, WUXI_DEEP).record;

test('R-BZ-07: whoever prepares a payment too early is told that there is no file', () => {
  expect(whyNotNow(applied, 'prepareDisbursement')).toEqual({ code: 'NO_FILE_NO_PAYMENT', rule: 'R-BZ-07' });
  expect(whyNotNow(PlayedCase.apply(LIANGXI, WUXI_DEEP).to('approved').record, 'prepareDisbursement')).toBeUndefined();
});
test('whoever releases a second time is told that it was released; before anything was prepared there is nothing to say', () => {
  expect(whyNotNow(applied, 'releaseDisbursement')).toBeUndefined();
  expect(whyNotNow(PlayedCase.apply(LIANGXI, WUXI_DEEP).to('notified').record, 'releaseDisbursement')).toEqual({ code: 'DISBURSEMENT_ALREADY_RELEASED' });
});
test('whoever releases what was taken back is told so, and not that the money has gone', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('prepared');
  const disbursementId = played.record.disbursements[0]!.id;
  const { record } = played.do('updateFile', { visit: false, bankAccount: { isAnother: true, seenAt: played.record.version } });
  expect(whyNotNow(record, 'releaseDisbursement', { disbursementId })).toEqual({ code: 'DISBURSEMENT_DROPPED' });
  expect(whyNotNow(record, 'releaseDisbursement', { disbursementId: 'other' })).toEqual({ code: 'DISBURSEMENT_ALREADY_RELEASED' });
});
test('R-WX-31: nothing of an exit before the household has been looked at again, after a valid reason; an objection says nothing of its own', () => {
  const stoppedByReason = told().do('refuseExit', { validReason: true }).record;
  for (const command of ['notifyExit', 'concludeExit']) {
    expect(whyNotNow(stoppedByReason, command)).toEqual({ code: 'EXIT_REFUSED_WITH_VALID_REASON', rule: 'R-WX-31' });
    expect(whyNotNow({ ...stoppedByReason, exit: { ...stoppedByReason.exit!, stoppedBy: 'objection' } }, command)).toBeUndefined();
    expect(whyNotNow(told().record, command)).toBeUndefined();
  }
});
test('every other command is plainly not awaited', () => {
  const others = COMMAND_NAMES.filter((command) => !['prepareDisbursement', 'releaseDisbursement'].includes(command));
  expect(others.length).toBeGreaterThan(10);
  expect(others.filter((command) => whyNotNow(applied, command))).toEqual([]);
});
