import { comparisonIsDue } from '../../../domain/decisions/comparison-duty';
import type { Case } from '../case-context';
import { applicantMay, mayReturn, type Departure } from '../departure';
import { comparison } from './comparison';

/** ⑬ 提出帮扶方案 by the reviewing union, with ⑭ 信息比对 where it follows the review, or where the report has grown too old (R-BZ-F9…F12, A-31). */
export async function planning(c: Case): Promise<Departure | 'reviewAgain' | undefined> {
  if (!c.enter('planning')) return undefined;
  const left = await c.until(
    () => c.record.aidPlans.some((plan) => plan.state === 'proposed') || c.record.upperReviewedOn === null,
    () => {
      const { reviewerOrgId } = c.standing();
      const isDue = comparisonIsDue(c.record, c.policy(), c.today());
      return [
        ...comparison(c, isDue),
        { command: 'proposeAidPlan', role: 'handler', orgId: reviewerOrgId, task: !isDue },
        mayReturn('handler', reviewerOrgId),
        ...applicantMay(c.record),
      ];
    },
  );
  return left ?? (c.record.upperReviewedOn === null ? 'reviewAgain' : undefined);
}
