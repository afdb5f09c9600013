import type { Case } from '../case-context';
import { applicantMay, mayReturn, type Departure } from '../departure';

/** ⑩ 初审 by the grassroots union (R-WX-03). Its class decides which union reviews next. */
export async function preliminaryReview(c: Case): Promise<Departure | undefined> {
  if (!c.enter('preliminaryReview')) return undefined;
  const { grassrootsOrgId } = c.record.territory;
  return c.until(
    () => c.record.hardshipClass !== null,
    () => [
      { command: 'decidePreliminaryReview', role: 'clerk', orgId: grassrootsOrgId, task: true },
      mayReturn('clerk', grassrootsOrgId),
      ...applicantMay(c.record),
    ],
  );
}
