import { addYears, type PlainDate } from '../calendar-date';
import type { CaseRecord } from '../case-record';
import { isUnreleased } from '../record-of-aid';
import type { Policy } from '../policy';
import type { NewFact } from './decide';
import { requestSyncs } from './establish-file';

/**
 * 撤档: the file leaves on `withdrawnOn` and is kept for the years of the profile from then on (R-WX-15, A-06). The
 * certificate ends with it, and aid that nobody has released is not paid any more.
 */
export function withdrawFile(record: CaseRecord, withdrawnOn: PlainDate, policy: Policy): NewFact[] {
  const dropsAid = record.payments.some((payment) => isUnreleased(payment.state)) || record.aidPlans.some((plan) => plan.state === 'proposed');
  return [
    ...(dropsAid ? [{ type: 'aidDropped' as const }] : []),
    ...(record.certificate ? [{ type: 'certificateRevoked' as const }] : []),
    { type: 'fileWithdrawn', effectiveOn: withdrawnOn, retentionEndsOn: addYears(withdrawnOn, policy.retentionYears.value) },
    ...requestSyncs(record.hardshipClass ?? 'none', policy),
  ];
}
