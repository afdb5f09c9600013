import type { PlainDate } from '../../../domain/calendar-date';
import { comparisonIsRepeated } from '../../../domain/decisions/comparison-duty';
import { nextStageOf, scheduleFrom } from '../../../domain/decisions/recheck-schedule';
import type { CaseRecord } from '../../../domain/case-record';
import { spreadInstant } from '../../../domain/spread';
import type { BankDesk } from '../bank-desk';
import type { Case } from '../case-context';
import { aidWaits, comparisonWaits, ownerOf, rest } from '../file-desk';
import type { Wait } from '../wait';

/**
 * ⑧ 动态管理: the file is active. Its rechecks come by themselves, opened ahead of their date, reminded of and passed up
 * when overdue (R-WX-16…18, R-BZ-20, R-BZ-22); further aid goes on meanwhile. Left when the worker is told of an exit.
 */
export async function dynamicManagement(c: Case, bank: BankDesk): Promise<void> {
  if (!c.enter('active')) return;
  const { establishedOn = c.today() } = c.record.hardshipFile ?? {};
  if (!c.record.recheck) c.emit(scheduleFrom(c.record, c.policy(), establishedOn));
  await rest(c, bank, {
    isLeft: () => c.record.exit !== null && c.record.exit.stoppedBy === null,
    waits: () => [
      ...recheckWaits(c.record),
      ...exitWaits(c.record),
      ...comparisonWaits(c.record, c.policy(), repeatedComparisonDueOn(c)),
      ...aidWaits(c.record, true),
      ...mayChangeAid(c.record),
    ],
    nextAtMs: () => nextStageAt(c),
    act: () => reachStages(c),
  });
}

/** The stages whose day has come; several at once when the case has slept through them. */
function reachStages(c: Case): void {
  for (let atMs = nextStageAt(c); atMs !== undefined && c.now() >= atMs; atMs = nextStageAt(c)) {
    const { recheck } = c.record;
    const next = recheck && nextStageOf(recheck, c.policy());
    if (!next || !recheck.nextDueOn) return;
    c.emit({ type: 'recheckStageReached', stage: next.stage, dueOn: recheck.nextDueOn });
  }
}

/** All rechecks of one day are spread over its early hours. */
function nextStageAt(c: Case): number | undefined {
  const next = c.record.recheck && nextStageOf(c.record.recheck, c.policy());
  return next ? spreadInstant(next.on, c.record.caseId) : undefined;
}

/**
 * A recheck may be done at any time; it is the clerk's work once it is near, and also that of the union above once it
 * has been overdue for too long. In a campaign the work is to update the file.
 */
function recheckWaits(record: CaseRecord): Wait[] {
  const { recheck, recheckCalledFor } = record;
  const near = recheck !== null && recheck.stage !== 'ahead';
  const dueOn = near ? (recheck.nextDueOn ?? undefined) : undefined;
  const isEscalated = recheck?.stage === 'escalated';
  const inCampaign = near && recheck.campaign !== null;
  const asked = recheckCalledFor !== null;
  const clerk = { role: 'clerk' as const, orgId: record.territory.grassrootsOrgId };
  const handler = { role: 'handler' as const, orgId: ownerOf(record) };
  const isTask = asked || (near && !inCampaign);
  return [
    { ...clerk, command: 'recordRecheck', task: isTask, dueOn },
    { ...handler, command: 'recordRecheck', task: isTask && isEscalated, dueOn },
    { ...clerk, command: 'updateFile', task: inCampaign, dueOn: inCampaign ? dueOn : undefined },
    { ...handler, command: 'updateFile', task: inCampaign && isEscalated, dueOn: inCampaign ? dueOn : undefined },
  ];
}

/** After a recheck that found an exit, the owner of the file tells the worker. */
function exitWaits(record: CaseRecord): Wait[] {
  const { lastRecheck, recheckCalledFor, recheck } = record;
  const leaves = lastRecheck?.outcome === 'liftOut' || lastRecheck?.outcome === 'cancel';
  const isStale = recheck?.stage === 'overdue' || recheck?.stage === 'escalated'; // the next recheck should have been done by now
  if (!leaves || recheckCalledFor || isStale) return [];
  return [{ command: 'notifyExit', role: 'handler', orgId: ownerOf(record), task: true }];
}

/** 信息比对 is repeated with the yearly recheck, and possible at any time. */
function repeatedComparisonDueOn(c: Case): PlainDate | undefined {
  return comparisonIsRepeated(c.record, c.policy()) ? (c.record.recheck?.nextDueOn ?? undefined) : undefined;
}

function mayChangeAid(record: CaseRecord): Wait[] {
  return [{ command: 'changeAidLevel', role: 'handler', orgId: ownerOf(record), task: false }];
}
