import type { Case } from '../case-context';
import { applicantMay, mayReturn, type Departure } from '../departure';

/** ⑬ 集体审批, chaired by the head of department (R-BZ-F12). A plan that passes establishes the file; one that does not is planned anew. */
export async function collectiveApproval(c: Case): Promise<Departure | 'planAgain' | undefined> {
  if (!c.enter('collectiveApproval')) return undefined;
  const { reviewerOrgId } = c.standing();
  const left = await c.until(
    () => c.record.aidPlans.every((plan) => plan.state !== 'proposed'),
    () => [
      { command: 'decideCollectively', role: 'head', orgId: reviewerOrgId, task: true },
      mayReturn('handler', reviewerOrgId),
      ...applicantMay(c.record),
    ],
  );
  return left ?? (c.record.collectiveApproval?.outcome === 'rejected' ? 'planAgain' : undefined);
}
