import type { Case } from '../case-context';
import type { Departure } from '../departure';
import { publicNotice } from './public-notice';

/** 同级媒体公示 by the reviewing union, where the profile asks for two notices (R-WX-02, R-WX-10). */
export async function secondNotice(c: Case): Promise<Departure | undefined> {
  const standing = c.standing();
  if (standing.noticesRequired < 2) return undefined;
  return publicNotice(c, 'notice2', 'second', { role: 'handler', orgId: standing.reviewerOrgId });
}
