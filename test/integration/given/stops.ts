import { LIANGXI, QIAOCHENG, type ApplicationChoice } from './application';
import type { ServiceClient } from './service-client';
import { givenCase, type WalkedCase } from './walked-case';

/** A place at which a case stands still before its file exists: how it is called and how one gets there. */
export interface Stop {
  name: string;
  choice: ApplicationChoice;
  lead: (walked: WalkedCase) => Promise<unknown>;
}

const WUXI: ApplicationChoice = { at: LIANGXI, figures: 'relative' };
const BOZHOU: ApplicationChoice = { at: QIAOCHENG, figures: 'deep' };

/** Every such place of the two profiles, those inside a state (a notice that is open, a comparison that is there) included. */
export const STOPS_BEFORE_THE_FILE: readonly Stop[] = [
  { name: 'intake', choice: WUXI, lead: (walked) => walked.walkTo('intake') },
  { name: 'visit', choice: WUXI, lead: (walked) => walked.walkTo('visit') },
  { name: 'preliminaryReview', choice: WUXI, lead: (walked) => walked.walkTo('preliminaryReview') },
  { name: 'notice1, not posted yet', choice: WUXI, lead: (walked) => walked.walkTo('notice1') },
  { name: 'notice1, open', choice: WUXI, lead: (walked) => openNotice(walked, 'notice1') },
  { name: 'notice1, open with an objection', choice: WUXI, lead: (walked) => objected(walked, 'notice1', 'first') },
  { name: 'upperReview', choice: WUXI, lead: (walked) => walked.walkTo('upperReview') },
  { name: 'upperReview, compared', choice: WUXI, lead: (walked) => compared(walked, 'upperReview') },
  { name: 'notice2, not posted yet', choice: WUXI, lead: (walked) => walked.walkTo('notice2') },
  { name: 'notice2, open with an objection', choice: WUXI, lead: (walked) => objected(walked, 'notice2', 'second') },
  { name: 'planning', choice: WUXI, lead: (walked) => walked.walkTo('planning') },
  { name: 'collectiveApproval', choice: WUXI, lead: (walked) => walked.walkTo('collectiveApproval') },
  { name: 'planning in Bozhou, not compared yet', choice: BOZHOU, lead: (walked) => walked.walkTo('planning') },
  { name: 'planning in Bozhou, compared', choice: BOZHOU, lead: (walked) => compared(walked, 'planning') },
  { name: 'collectiveApproval in Bozhou', choice: BOZHOU, lead: (walked) => walked.walkTo('collectiveApproval') },
];

export async function givenCaseAt(client: ServiceClient, stop: Stop): Promise<WalkedCase> {
  const walked = await givenCase(client, 'intake', stop.choice);
  await stop.lead(walked);
  return walked;
}

async function openNotice(walked: WalkedCase, state: 'notice1' | 'notice2'): Promise<void> {
  await walked.walkTo(state);
  await walked.does('postNotice');
}

async function objected(walked: WalkedCase, state: 'notice1' | 'notice2', kind: 'first' | 'second'): Promise<void> {
  await openNotice(walked, state);
  await walked.objects(kind);
}

async function compared(walked: WalkedCase, state: 'upperReview' | 'planning'): Promise<void> {
  await walked.walkTo(state);
  await walked.does('recordComparison');
}
