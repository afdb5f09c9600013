import type { Case } from '../case-context';
import type { Departure } from '../departure';
import { publicNotice } from './public-notice';

/** ⑨ 公示 at the employer or in the community, by the grassroots union; then the case is reported up (R-WX-04, R-BZ-F7). */
export async function firstNotice(c: Case): Promise<Departure | undefined> {
  return publicNotice(c, 'notice1', 'first', { role: 'clerk', orgId: c.record.territory.grassrootsOrgId });
}
