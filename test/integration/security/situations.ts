import type { ApplicationInput } from '../../../api/schemas/application';
import type { CaseView } from '../../../api/schemas/case';
import { freshPhone } from '../given/applicant';
import { givenApplication } from '../given/application';
import { isAnnounced, isFoundToLeave, leaves } from '../given/file-life';
import type { ServiceClient } from '../given/service-client';
import { WalkedCase } from '../given/walked-case';
import type { World } from './people';

type Lead = (walked: WalkedCase) => Promise<unknown>;

const walkTo = (state: CaseView['state']): Lead => (walked) => walked.walkTo(state);
const then = (...leads: Lead[]): Lead => async (walked) => {
  for (const lead of leads) await lead(walked);
};
const does = (command: Parameters<WalkedCase['does']>[0], fields = {}): Lead => (walked) => walked.does(command, fields);
const objects = (kind: 'first' | 'second' | 'exit'): Lead => (walked) => walked.objects(kind);

/** Before there is a file: how a case that was submitted gets there. */
const BEFORE: Record<string, Lead> = {
  intake: walkTo('intake'),
  signed: then(walkTo('intake'), does('signAuthorization')),
  visit: walkTo('visit'),
  preliminaryReview: walkTo('preliminaryReview'),
  notice1: walkTo('notice1'),
  notice1Open: then(walkTo('notice1'), does('postNotice'), objects('first')),
  upperReview: walkTo('upperReview'),
  upperReviewCompared: then(walkTo('upperReview'), does('recordComparison')),
  notice2: walkTo('notice2'),
  notice2Open: then(walkTo('notice2'), does('postNotice'), objects('second')),
  planning: walkTo('planning'),
  collectiveApproval: walkTo('collectiveApproval'),
  disbursement: walkTo('disbursement'),
  prepared: then(walkTo('disbursement'), (walked) => walked.preparesDisbursement()),
  paid: walkTo('active'),
  withdrawn: then(walkTo('intake'), does('withdrawApplication')),
};

const exiting = then(isFoundToLeave, does('notifyExit'));
const phaseOut = then(exiting, (walked) => leaves(walked));
const relapse = then(phaseOut, does('reportRelapse'));

/** A file that was imported: how it gets there. */
const AFTER: Record<string, Lead> = {
  active: () => Promise.resolve(),
  toLeave: isFoundToLeave,
  exiting,
  confirmed: then(exiting, does('confirmExit', { by: 'worker' }), does('confirmExit', { by: 'grassroots' })),
  refused: then(exiting, does('refuseExit')),
  verified: then(exiting, does('refuseExit'), does('verifyExit', { by: 'reviewingUnion' }), does('verifyExit', { by: 'unitOrCommunityUnion' })),
  exitNotice: then(exiting, does('refuseExit'), does('verifyExit', { by: 'reviewingUnion' }), does('verifyExit', { by: 'unitOrCommunityUnion' }), does('postNotice'), objects('exit')),
  announced: then(exiting, isAnnounced),
  phaseOut,
  relapse,
  relapseVisited: then(relapse, does('recordVisit')),
  closed: then(exiting, (walked) => leaves(walked, { phaseOutMonths: 0 })),
};

/** The places at which a case stands still, for each of the two worlds; in the city's, only those where it has the case. */
export const SITUATIONS: Readonly<Record<World, readonly string[]>> = {
  county: [...Object.keys(BEFORE), ...Object.keys(AFTER)],
  city: ['upperReview', 'upperReviewCompared', 'notice2', 'notice2Open', 'planning', 'collectiveApproval', 'disbursement', 'prepared', 'active', 'toLeave', 'exiting', 'confirmed', 'refused', 'verified', 'phaseOut', 'relapseVisited'],
};

/**
 * Leads a new case of a world to one of its situations: of the county by its class, or of the city.
 * @param fields parts of the household's papers that differ from the usual
 */
export async function caseIn(client: ServiceClient, world: World, situation: string, fields: Partial<ApplicationInput> = {}): Promise<WalkedCase> {
  const before = BEFORE[situation];
  const after = AFTER[situation];
  const walked = after
    ? await WalkedCase.importFile(client, { fields, ...(world === 'county' ? {} : { by: 'wx.handler' }) })
    : await WalkedCase.submit(client, { figures: world === 'county' ? 'relative' : 'deep' }, fields);
  await (before ?? after)?.(walked);
  await walked.look();
  return walked;
}

/** Papers for a case in a situation whose applicant has a telephone that no other case has: whoever signs in with it has this one alone. */
export function papersOfOne(world: World, situation: string): Partial<ApplicationInput> {
  const { applicant, household, bankAccount } = givenApplication({ figures: world === 'county' || situation in AFTER ? 'relative' : 'deep' });
  return { applicant: { ...applicant, phone: freshPhone() }, household, bankAccount };
}
