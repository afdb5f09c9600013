import { addMonths, type PlainDate } from '../calendar-date';
import type { CaseRecord } from '../case-record';
import type { Policy } from '../policy';
import type { Refusal } from '../refusal';

/** Whether the class has the duty; a file in a place whose profile names no reviewer has it by the profile alone (A-16, R-YN-06). */
export function comparisonIsRequired({ standing, hardshipClass }: CaseRecord, policy: Policy): boolean {
  return standing ? standing.comparison.required : hardshipClass !== null && policy.comparison.requiredFor.value.includes(hardshipClass);
}

/** Whether the comparison that the class needs is missing, or older than its validity. */
export function comparisonIsDue(record: CaseRecord, policy: Policy, today: PlainDate): boolean {
  if (!comparisonIsRequired(record, policy)) return false;
  if (!record.comparison) return true;
  return addMonths(record.comparison.reportedOn, policy.comparison.validityMonths.value) < today;
}

/** Where there is no interval: spring and autumn. */
const MONTHS_BETWEEN_CAMPAIGNS = 6;

/**
 * Whether a file is to be compared again with the recheck that is near: yearly, whatever the class's interval. A report
 * that came a little after its recheck's day counts for that recheck.
 */
export function comparisonIsRepeated(record: CaseRecord, policy: Policy): boolean {
  const { recheck, comparison, hardshipFile } = record;
  if (!comparisonIsRequired(record, policy) || !recheck?.nextDueOn || recheck.stage === 'ahead' || !hardshipFile) return false;
  const lastOn = comparison?.reportedOn ?? hardshipFile.establishedOn;
  const slackMonths = Math.floor((recheck.everyMonths ?? MONTHS_BETWEEN_CAMPAIGNS) / 2);
  return addMonths(lastOn, policy.comparison.repeatMonths.value) <= addMonths(recheck.nextDueOn, slackMonths);
}

/** The refusal of what needs a comparison first, with the rule of the place that the profile gives it. */
export function comparisonRequired(record: CaseRecord): Refusal {
  const follows = record.standing?.comparison.position === 'afterUpperReview';
  return { code: 'COMPARISON_REQUIRED', rule: follows ? 'R-BZ-F11' : 'R-JS-18' };
}
