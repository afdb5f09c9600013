import type { Case } from '../case-context';
import { applicantMay, mayReturn, type Departure } from '../departure';

/** ⑩ 基层工会走访: a visit with the four clear sections (R-JS-13). */
export async function visit(c: Case): Promise<Departure | undefined> {
  if (!c.enter('visit')) return undefined;
  const { grassrootsOrgId } = c.record.territory;
  return c.until(
    () => c.record.visitedOn !== null,
    () => [
      { command: 'recordVisit', role: 'clerk', orgId: grassrootsOrgId, task: true },
      mayReturn('clerk', grassrootsOrgId),
      ...applicantMay(c.record),
    ],
  );
}
