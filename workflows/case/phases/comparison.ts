import type { Case } from '../case-context';
import type { Wait } from '../wait';

/**
 * ⑭ 信息比对 by the reviewing union, where the class has the duty (R-BZ-F9, R-BZ-F10, A-16). No box of its own on the
 * way: the profile puts it before the upper review or after it, and the phase that it belongs to waits for it.
 *
 * @param isDue whether it is work now; a report that is there may still be replaced by a newer one
 */
export function comparison(c: Case, isDue: boolean): Wait[] {
  const { reviewerOrgId, comparison: duty } = c.standing();
  return duty.required ? [{ command: 'recordComparison', role: 'handler', orgId: reviewerOrgId, task: isDue }] : [];
}
