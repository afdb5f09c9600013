import type { CaseRecord } from '../case-record';
import type { Policy } from '../policy';
import { nextCampaignEnd, nextRecheckOn } from '../recheck';
import type { NewFact } from './decide';

/**
 * When a file that has just become active is looked at again: the class's interval counted from the day the file was
 * established (R-WX-16, R-WX-17, A-08), or the end of the next campaign where the profile has campaigns (R-BZ-20, R-BZ-22).
 */
export function firstRecheck(record: CaseRecord, policy: Policy): NewFact {
  const anchorOn = record.hardshipFile?.establishedOn;
  const everyMonths = record.standing?.recheckMonths ?? null;
  if (!anchorOn) throw new RangeError(`case ${record.caseId} is active without a file`);
  const nextDueOn = everyMonths
    ? nextRecheckOn({ anchorOn, everyMonths, after: anchorOn })
    : nextCampaignEnd((policy.recheck.campaigns ?? []).map((campaign) => campaign.value), anchorOn);
  return { type: 'recheckScheduled', everyMonths, nextDueOn };
}
