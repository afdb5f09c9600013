import { firstUnserved } from '../campaign';
import { addDays, addMonths, type PlainDate } from '../calendar-date';
import type { Recheck, RecheckStage } from '../case-facts';
import type { CaseRecord } from '../case-record';
import type { Policy } from '../policy';
import { nextAfterRecheck, nextRecheckOn } from '../recheck';
import { fileTermsOf } from '../standing';
import type { NewFact } from './decide';

/**
 * When a file is looked at first: the class's interval counted from the anchor (R-WX-16, R-WX-17, A-08), or the next
 * campaign where the profile has campaigns (R-BZ-20, R-BZ-22).
 *
 * @param anchorOn the day the file was established, re-classed or reopened
 * @param countsFrom dates before this day are not asked for: a file that was imported may be older
 */
export function scheduleFrom(record: CaseRecord, policy: Policy, anchorOn: PlainDate, countsFrom: PlainDate = anchorOn): NewFact {
  const { recheckMonths: everyMonths } = fileTermsOf(record.hardshipClass ?? 'none', policy);
  if (!everyMonths) return campaignSchedule(record, policy, { anchorOn, countsFrom });
  const nextDueOn = nextRecheckOn({ anchorOn, everyMonths, after: addDays(countsFrom, -1) });
  return scheduled(policy, { everyMonths, anchorOn, countsFrom, nextDueOn });
}

/**
 * What is due after a recheck or an update of the file on `doneOn`, by the policy of today: a new version reaches a file
 * with its next recheck (R-BZ-09). Undefined when nothing moves.
 */
export function scheduleAfter(record: CaseRecord, policy: Policy, doneOn: PlainDate, isRecheck: boolean): NewFact | undefined {
  const { recheck } = record;
  if (!recheck) return undefined;
  const { recheckMonths: everyMonths } = fileTermsOf(record.hardshipClass ?? 'none', policy);
  const { anchorOn, countsFrom, nextDueOn } = recheck;
  if (!everyMonths) return campaignSchedule(record, policy, { anchorOn, countsFrom: recheck.everyMonths ? doneOn : countsFrom });
  if (!isRecheck && recheck.everyMonths) return undefined; // an update stands in for no recheck
  if (recheck.everyMonths === everyMonths && nextDueOn) {
    return scheduled(policy, { everyMonths, anchorOn, countsFrom, nextDueOn: nextAfterRecheck({ anchorOn, everyMonths, nextDueOn, doneOn }) });
  }
  // In a new series the recheck counts for the date that is less than half a period away, as it would have in the old one.
  const from = doneOn > countsFrom ? doneOn : countsFrom;
  const after = addDays(addMonths(from, Math.floor(everyMonths / 2)), -1);
  return scheduled(policy, { everyMonths, anchorOn, countsFrom, nextDueOn: nextRecheckOn({ anchorOn, everyMonths, after }) });
}

function scheduled(policy: Policy, { nextDueOn, ...series }: { everyMonths: number; anchorOn: PlainDate; countsFrom: PlainDate; nextDueOn: PlainDate }): NewFact {
  const opensOn = addDays(nextDueOn, -policy.recheck.leadDays.value);
  return { type: 'recheckScheduled', recheck: { ...series, nextDueOn, opensOn, campaign: null, stage: 'ahead' } };
}

function campaignSchedule(record: CaseRecord, policy: Policy, { anchorOn, countsFrom }: { anchorOn: PlainDate; countsFrom: PlainDate }): NewFact {
  const windows = (policy.recheck.campaigns ?? []).map((campaign) => campaign.value);
  const next = firstUnserved(windows, { anchorOn, countsFrom, updates: record.fileUpdates });
  return {
    type: 'recheckScheduled',
    recheck: {
      everyMonths: null,
      anchorOn,
      countsFrom,
      nextDueOn: next?.until ?? null,
      opensOn: next?.from ?? null,
      campaign: next && { name: next.name, kind: next.kind },
      // A campaign that is still owed after an update is as near, or as late, as it was.
      stage: next && record.recheck?.nextDueOn === next.until ? record.recheck.stage : 'ahead',
    },
  };
}

/** The next day on which a recheck comes nearer by itself, and what it is then; undefined when no date is left. */
export function nextStageOf({ stage, nextDueOn, opensOn }: Recheck, policy: Policy): { on: PlainDate; stage: RecheckStage } | undefined {
  if (!nextDueOn || !opensOn) return undefined;
  switch (stage) {
    case 'ahead':
      return { on: opensOn, stage: 'open' };
    case 'open':
      return { on: addDays(nextDueOn, 1), stage: 'overdue' };
    case 'overdue':
      return { on: addDays(nextDueOn, policy.recheck.escalatesAfterDays.value), stage: 'escalated' };
    case 'escalated':
      return undefined;
  }
}
