import { endOfDay } from '../../../domain/calendar-date';
import type { PhaseOut } from '../../../domain/case-facts';
import type { CaseRecord } from '../../../domain/case-record';
import type { BankDesk } from '../bank-desk';
import type { Case } from '../case-context';
import { aidWaits, mayUpdateFile, ownerOf, rest } from '../file-desk';
import type { Wait } from '../wait';

/**
 * 渐退期: the household has left hardship and is followed for some months more, by a contact person (R-WX-32, R-WX-33,
 * R-BZ-21). Who falls back has the same file again at once (R-WX-34); otherwise it ends at 24:00 of its last day.
 *
 * @returns `reopened` when the file is active again
 */
export async function phaseOut(c: Case, bank: BankDesk): Promise<'reopened' | undefined> {
  const isReopened = () => c.record.phaseOut === null;
  if (c.record.phaseOut === null || !c.enter('phaseOut')) return undefined;
  await rest(c, bank, {
    isLeft: () => c.record.phaseOut === null || (isOver(c.record.phaseOut, c) && c.record.relapse === null),
    waits: () => [...followUpWaits(c.record), ...relapseWaits(c.record), ...aidWaits(c.record, c.record.phaseOut?.aidContinues ?? false), ...mayUpdateFile(c.record)],
    nextAtMs: () => (c.record.phaseOut && !isOver(c.record.phaseOut, c) ? endOfDay(c.record.phaseOut.endsOn) : undefined),
  });
  return isReopened() ? 'reopened' : undefined;
}

function isOver({ endsOn }: PhaseOut, c: Case): boolean {
  return c.today() > endsOn;
}

/** The contact person meets the household at least once; more is welcome. */
function followUpWaits(record: CaseRecord): Wait[] {
  const { followUps = [], endsOn } = record.phaseOut ?? {};
  return [{ command: 'recordFollowUp', role: 'clerk', orgId: record.territory.grassrootsOrgId, task: followUps.length === 0, dueOn: endsOn }];
}

/** A reported relapse is visited first and decided on then. */
function relapseWaits(record: CaseRecord): Wait[] {
  const clerk = { role: 'clerk' as const, orgId: record.territory.grassrootsOrgId };
  const handler = { role: 'handler' as const, orgId: ownerOf(record) };
  const { relapse } = record;
  if (!relapse) return [{ ...clerk, command: 'reportRelapse', task: false }, { ...handler, command: 'reportRelapse', task: false }];
  const isVisited = relapse.visitedOn !== null;
  return [
    { ...clerk, command: 'recordVisit', task: !isVisited },
    ...(isVisited ? [{ ...handler, command: 'reopenFile' as const, task: true }, { ...handler, command: 'dismissRelapse' as const, task: false }] : []),
  ];
}
