import type { Case } from '../case-context';
import { applicantMay, mayReturn, type Departure } from '../departure';

/** ⑤ 职工填写申请、核对承诺授权书: materials and authorisations come together until the clerk takes the application in (受理). */
export async function intake(c: Case): Promise<Departure | undefined> {
  if (!c.enter('intake')) return undefined;
  const { grassrootsOrgId } = c.record.territory;
  return c.until(
    () => c.record.acceptedOn !== null,
    () => [
      { command: 'acceptApplication', role: 'clerk', orgId: grassrootsOrgId, task: true },
      mayReturn('clerk', grassrootsOrgId),
      ...applicantMay(c.record),
    ],
  );
}
