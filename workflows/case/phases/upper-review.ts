import { comparisonIsDue } from '../../../domain/decisions/comparison-duty';
import type { Case } from '../case-context';
import { applicantMay, mayReturn, type Departure } from '../departure';
import { comparison } from './comparison';

/**
 * ⑰ 审核 by the union that class and territory name (R-WX-05a…c, R-BZ-F8), with ⑭ 信息比对 where the profile puts it
 * first. When class and union change, whose turn it is changes with them.
 */
export async function upperReview(c: Case): Promise<Departure | undefined> {
  if (!c.enter('upperReview')) return undefined;
  return c.until(
    () => c.record.upperReviewedOn !== null,
    () => {
      const { reviewerOrgId, comparison: duty } = c.standing();
      const comparesFirst = duty.position === 'beforeUpperReview';
      const isDue = comparesFirst && comparisonIsDue(c.record, c.policy(), c.today());
      return [
        ...(comparesFirst ? comparison(c, isDue) : []),
        { command: 'decideUpperReview', role: 'handler', orgId: reviewerOrgId, task: !isDue },
        mayReturn('handler', reviewerOrgId),
        ...applicantMay(c.record),
      ];
    },
  );
}
