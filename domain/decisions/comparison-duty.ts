import { addMonths, type PlainDate } from '../calendar-date';
import type { CaseRecord } from '../case-record';
import type { Policy } from '../policy';
import type { Refusal } from '../refusal';

/** Whether the comparison that the class needs is missing, or older than its validity. */
export function comparisonIsDue(record: CaseRecord, policy: Policy, today: PlainDate): boolean {
  if (!record.standing?.comparison.required) return false;
  if (!record.comparison) return true;
  return addMonths(record.comparison.reportedOn, policy.comparison.validityMonths.value) < today;
}

/** The refusal of what needs a comparison first, with the rule of the place that the profile gives it. */
export function comparisonRequired(record: CaseRecord): Refusal {
  const follows = record.standing?.comparison.position === 'afterUpperReview';
  return { code: 'COMPARISON_REQUIRED', rule: follows ? 'R-BZ-F11' : 'R-JS-18' };
}
