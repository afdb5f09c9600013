import { addMonths, addYears, type PlainDate } from '../calendar-date';
import type { Exit, ExitConfirmer, ExitVerifier } from '../case-facts';
import type { CaseRecord } from '../case-record';
import { exitNoticeOf, routeOf, whyNotConcluded } from '../exit';
import { hasOpenObjection } from '../notice-outcome';
import { labelOf } from '../explanation';
import type { Policy } from '../policy';
import { accepted, refused, type Decision, type Refusal } from '../refusal';
import { policyInForce } from '../reference';
import { fileTermsOf } from '../standing';
import type { Decide, NewFact } from './decide';
import { openNoticeClosed } from './notice';

/** 退档告知: starts the exit that a recheck has found (R-WX-30, R-BZ-17), on terms that stay as they are now. */
export const notifyExit: Decide<object> = (record, _facts, context) => {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const outcome = record.lastRecheck?.outcome;
  if (outcome !== 'liftOut' && outcome !== 'cancel') throw new RangeError(`case ${record.caseId}: no recheck found an exit`);
  const { exit } = policy.value;
  const contrary = outcome === 'liftOut' ? whyNotLifted(record, policy.value, context.today) : undefined;
  if (contrary) return refused(contrary);
  const terms = {
    noticeAlways: exit.noticeAlways.value,
    workerConfirms: exit.workerConfirms.value,
    grassrootsConfirms: exit.grassrootsConfirms.value,
    verifiers: exit.verifiers.value,
  };
  return accepted([{ type: 'exitNotified', kind: outcome, terms }]);
};

/** What speaks against a lift-out: figures that came since and fit a class again (R-WX-28), or a visit that is too old or missing. */
function whyNotLifted(record: CaseRecord, policy: Policy, today: PlainDate): Refusal | undefined {
  const fitsAgain = (record.assessment?.eligible.length ?? 0) > 0 && record.lastRecheck?.overridden !== true;
  if (fitsAgain) return { code: 'OUTCOME_NOT_SUPPORTED', rule: 'R-WX-28', outcome: 'liftOut', supported: ['keep'] };
  return evidenceTooOld(record, policy, today);
}

/** A lift-out rests on a visit of not long ago, where the profile asks for one (R-YN-18, R-YN-29, R-BZ-17). */
function evidenceTooOld({ lastRecheck }: CaseRecord, { exit }: Policy, today: PlainDate): Refusal | undefined {
  if (!exit.restsOnVisit.value) return undefined;
  const earliest = addMonths(today, -exit.evidenceMonths.value);
  const visitedOn = lastRecheck?.visitedOn ?? null;
  return !visitedOn || visitedOn < earliest ? { code: 'EXIT_EVIDENCE_TOO_OLD', rule: exit.restsOnVisit.rule ?? labelOf(exit.evidenceMonths), visitedOn, earliest } : undefined;
}

/** 确认 by the worker or the grassroots union (R-WX-30). A worker who confirms after a refusal takes it back. */
export const confirmExit: Decide<{ kind: ExitConfirmer }> = (record, { kind }) => {
  // The notice only stood in for the worker's confirmation; an objection to it is answered all the same.
  const notice = exitNoticeOf(record);
  const isTakenDown = kind === 'worker' && !exitOf(record).terms.noticeAlways && notice !== undefined && !hasOpenObjection(notice);
  return accepted([...(isTakenDown ? openNoticeClosed(record) : []), { type: 'exitConfirmed', by: kind }]);
};

/**
 * The worker does not agree. With a valid reason the exit stops and the household is looked at again; without one, two
 * verifications and the exit notice stand in for the worker's confirmation (R-WX-31).
 */
export const refuseExit: Decide<{ validReason: boolean }> = (record, { validReason }) => {
  // The notice that stood in for an earlier refusal runs to its end before another refusal can have one of its own.
  const isNoticeOpen = exitNoticeOf(record)?.closedOn === null;
  if (!validReason && isNoticeOpen && exitOf(record).workerConfirmedOn) return refused({ code: 'EXIT_NOTICE_REQUIRED', rule: 'R-WX-31' });
  const refusal: NewFact = { type: 'exitRefused', valid: validReason };
  return accepted(validReason ? [...openNoticeClosed(record), refusal, ...stopped('validRefusal')] : [refusal]);
};

/** 核实确认 by the reviewing union or the union of the unit or community (R-WX-31, R-YN-18). */
export const verifyExit: Decide<{ kind: ExitVerifier }> = (_record, { kind }) => accepted([{ type: 'exitVerified', by: kind }]);

/** The facts by which an exit stops: back to the file, and a recheck is called for. */
export function stopped(by: 'validRefusal' | 'objection'): NewFact[] {
  return [
    { type: 'exitStopped', by },
    { type: 'recheckCalledFor', because: by === 'objection' ? 'exitObjected' : 'exitRefused' },
  ];
}

export interface ConclusionFacts {
  phaseOutMonths?: number;
}

/** 退出: once all that the profile asks for is there. A lift-out may leave by a phase-out, a cancellation does not (R-WX-33, R-BZ-21). */
export const concludeExit: Decide<ConclusionFacts> = (record, { phaseOutMonths }, context) => {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const exit = exitOf(record);
  const notYet = whyNotConcluded(record, exit);
  if (notYet) return refused(notYet);
  const contrary = exit.kind === 'liftOut' ? whyNotLifted(record, policy.value, context.today) : undefined;
  if (contrary) return refused(contrary);
  const months = phaseOutMonthsOf(record, exit, policy.value, phaseOutMonths);
  if (!months.accepted) return months;
  const phaseOut =
    months.value > 0
      ? { months: months.value, endsOn: addMonths(context.today, months.value), aidContinues: policy.value.phaseOut.aidContinues.value }
      : null;
  const facts: NewFact[] = [{ type: 'exitConcluded', route: routeOf(exit), phaseOut }];
  return accepted(exit.kind === 'liftOut' ? [...facts, watched(context.today, policy.value)] : facts);
};

/** The months of the phase-out: what is asked for within the bounds of the class, or the profile's default. */
function phaseOutMonthsOf(record: CaseRecord, exit: Exit, policy: Policy, asked: number | undefined): Decision<number> {
  const bounds = exit.kind === 'liftOut' ? fileTermsOf(record.hardshipClass ?? 'none', policy).phaseOut : null;
  if (!bounds) return asked ? refused({ code: 'PHASE_OUT_NOT_ALLOWED', allowedMonths: [0] }) : accepted(0);
  const { minMonths, maxMonths, defaultMonths } = bounds;
  const months = asked ?? defaultMonths;
  const isFixed = minMonths === maxMonths;
  if (months > maxMonths && !isFixed) return refused({ code: 'PHASE_OUT_TOO_LONG', rule: 'R-WX-33', maxMonths });
  if (months < minMonths || months > maxMonths) {
    return refused({ code: 'PHASE_OUT_NOT_ALLOWED', allowedMonths: Array.from({ length: maxMonths - minMonths + 1 }, (_, index) => minMonths + index) });
  }
  return accepted(months);
}

/** 近5年脱困: watched from the day of the exit on, the last day included (R-JS-04, A-25). */
function watched(effectiveOn: PlainDate, policy: Policy): NewFact {
  const until = addYears(effectiveOn, policy.monitoringYears.value);
  return { type: 'monitoringOpened', group: 1, subReason: 'unstableLiftedOut', source: 'liftOut', until };
}

/** The exit that is going on. */
export function exitOf({ exit, caseId }: CaseRecord): Exit {
  if (!exit) throw new RangeError(`case ${caseId} is not leaving`);
  return exit;
}

