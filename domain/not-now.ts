import type { CaseRecord } from './case-record';
import type { Refusal } from './refusal';

/**
 * The rule that speaks when a command comes although the case does not wait for it: a clerk is better served by
 * "there is no file yet" than by "not awaited".
 *
 * @param about the disbursement that a command names
 * @returns undefined where no rule has more to say than NOT_AWAITED
 */
export function whyNotNow(record: CaseRecord, command: string, about: { disbursementId?: string } = {}): Refusal | undefined {
  switch (command) {
    case 'prepareDisbursement':
      return record.hardshipFile ? undefined : { code: 'NO_FILE_NO_PAYMENT', rule: 'R-BZ-07' };
    case 'concludeExit':
    case 'notifyExit':
      // Nothing leaves before the household has been looked at again (R-WX-31).
      return record.exit?.stoppedBy === 'validRefusal' ? { code: 'EXIT_REFUSED_WITH_VALID_REASON', rule: 'R-WX-31' } : undefined;
    case 'releaseDisbursement':
      // Nobody may think that money is on its way which was taken back.
      if (record.disbursements.find(({ id }) => id === about.disbursementId)?.state === 'dropped') return { code: 'DISBURSEMENT_DROPPED' };
      return record.disbursements.length > 0 ? { code: 'DISBURSEMENT_ALREADY_RELEASED' } : undefined;
    default:
      return undefined;
  }
}
