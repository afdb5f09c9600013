import { addDays, yearOf, type PlainDate } from './calendar-date';
import type { CampaignKind } from './case-facts';
import type { CampaignWindow } from './policy';

/** One campaign of one year, as far as a file is concerned; both days inclusive. */
export interface Campaign {
  name: string;
  kind: CampaignKind;
  from: PlainDate;
  until: PlainDate;
}

/** `overdue`: the window is over, and what it asks for has not been done. */
export type CampaignState = 'upcoming' | 'open' | 'overdue' | 'done';

/** What a file has to show for a campaign. */
export interface FileInCampaigns {
  /** The file was established or reopened on this day: a campaign going on then counts as served. */
  anchorOn: PlainDate;
  /** Campaigns that ended before this day are nobody's debt: the file was not ours yet. */
  countsFrom: PlainDate;
  updates: readonly { on: PlainDate; visit: boolean }[];
}

/** The campaigns that ask something of a file, from the first one to the next that has not begun on `today`, each with its state. */
export function campaignsOf(
  windows: readonly CampaignWindow[],
  file: FileInCampaigns,
  today: PlainDate,
): (Campaign & { state: CampaignState; overdueOn: PlainDate | null })[] {
  const all = campaignsBetween(windows, file, yearOf(today) + 1);
  const upcoming = all.find((campaign) => campaign.from > today);
  return all
    .filter((campaign) => campaign.from <= today || campaign === upcoming)
    .map((campaign) => {
      const state = stateOf(campaign, file, today);
      return { ...campaign, state, overdueOn: state === 'overdue' ? addDays(campaign.until, 1) : null };
    });
}

/**
 * The first campaign that a file has not been served in, whether it lies ahead, is open or is over; null without campaigns.
 *
 * @see R-BZ-20, R-BZ-22
 */
export function firstUnserved(windows: readonly CampaignWindow[], file: FileInCampaigns): Campaign | null {
  const lastOn = file.updates.reduce((last, update) => (update.on > last ? update.on : last), file.countsFrom);
  // Two years on, every window has come once more than anything that has been done could serve.
  return campaignsBetween(windows, file, yearOf(lastOn) + 2).find((campaign) => !isServed(campaign, file)) ?? null;
}

function stateOf(campaign: Campaign, file: FileInCampaigns, today: PlainDate): CampaignState {
  if (isServed(campaign, file)) return 'done';
  if (campaign.from > today) return 'upcoming';
  return today <= campaign.until ? 'open' : 'overdue';
}

/** An update serves every campaign that has begun by then, late ones too; a campaign of visits asks for a visit. */
function isServed(campaign: Campaign, { anchorOn, updates }: FileInCampaigns): boolean {
  const isNew = campaign.from <= anchorOn && anchorOn <= campaign.until;
  return isNew || updates.some(({ on, visit }) => on >= campaign.from && (visit || campaign.kind === 'update'));
}

/** Campaigns in order of their beginning that end on the file's first day or later, up to the year `lastYear`. */
function campaignsBetween(windows: readonly CampaignWindow[], { countsFrom }: FileInCampaigns, lastYear: number): Campaign[] {
  const firstYear = yearOf(countsFrom) - 1; // a window may begin in the year before
  const years = Array.from({ length: lastYear - firstYear + 1 }, (_, index) => firstYear + index);
  return years
    .flatMap((year) => windows.map((window) => campaignIn(window, year)))
    .filter((campaign) => campaign.until >= countsFrom)
    .sort((a, b) => (a.from < b.from ? -1 : 1));
}

function campaignIn({ name, kind, from, until }: CampaignWindow, year: number): Campaign {
  const endYear = until < from ? year + 1 : year;
  return { name, kind, from: `${year}-${from}`, until: `${endYear}-${until}` };
}
