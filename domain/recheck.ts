import { addMonths, yearOf } from './calendar-date';
import type { PlainDate } from './calendar-date';
import type { CampaignWindow } from './policy';

/**
 * The first recheck date strictly after `after`, in the series anchor + 1, 2, 3 … × `everyMonths`.
 *
 * Each date is counted from the anchor, so that a month-end clamp does not stick (31 Aug, 28 Feb, 31 Aug) and an early recheck
 * does not move later ones.
 * @param anchorOn the day the file was established, reopened or re-classed
 * @throws RangeError unless `everyMonths` is a whole number from 1 on
 * @see R-WX-16, R-WX-17, A-07, A-08
 */
export function nextRecheckOn({
  anchorOn,
  everyMonths,
  after,
}: {
  anchorOn: PlainDate;
  everyMonths: number;
  after: PlainDate;
}): PlainDate {
  if (!Number.isSafeInteger(everyMonths) || everyMonths < 1) throw new RangeError(`not a number of months: ${everyMonths}`);
  let step = 1;
  while (addMonths(anchorOn, step * everyMonths) <= after) step += 1;
  return addMonths(anchorOn, step * everyMonths);
}

/** A window of a campaign in one year; both days inclusive. */
export interface Campaign {
  window: CampaignWindow;
  from: PlainDate;
  until: PlainDate;
}

/**
 * The next campaign that begins after `after`; `null` where there are no campaigns.
 *
 * A window in which `after` lies is passed over: a file established inside it counts as updated in it.
 * @see R-BZ-20, R-BZ-22, A-26
 */
export function nextCampaign(windows: readonly CampaignWindow[], after: PlainDate): Campaign | null {
  const thisYear = yearOf(after);
  return windows
    .flatMap((window) => [campaignIn(window, thisYear), campaignIn(window, thisYear + 1)])
    .filter(({ from }) => from > after)
    .reduce<Campaign | null>((first, campaign) => (first && first.from <= campaign.from ? first : campaign), null);
}

/** The last day of {@link nextCampaign}. */
export function nextCampaignEnd(windows: readonly CampaignWindow[], after: PlainDate): PlainDate | null {
  return nextCampaign(windows, after)?.until ?? null;
}

function campaignIn(window: CampaignWindow, year: number): Campaign {
  const endYear = window.until < window.from ? year + 1 : year;
  return { window, from: `${year}-${window.from}`, until: `${endYear}-${window.until}` };
}
