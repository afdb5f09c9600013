import fc from 'fast-check';
import { addDays, type PlainDate } from '../../../domain/calendar-date';
import type { CaseEvent } from '../../../domain/case-events';
import { RECHECK_OUTCOMES, type Exit, type RecheckOutcome } from '../../../domain/case-facts';
import type { CaseRecord } from '../../../domain/case-record';
import { stopped } from '../../../domain/decisions/exit';
import { nextStageOf } from '../../../domain/decisions/recheck-schedule';
import { withdrawFile } from '../../../domain/decisions/withdraw-file';
import { exitNoticeOf, isNoticeRequired, missingConfirmations, missingVerifications } from '../../../domain/exit';
import { HARDSHIP_CLASSES } from '../../../domain/hardship-class-names';
import { noticeOutcome } from '../../../domain/notice-outcome';
import type { CommandFacts, CommandName } from '../../../workflows/case/commands';
import {
  actor,
  BOZHOU_ACCIDENTAL,
  BOZHOU_DEEP,
  COMPLETE_VISIT,
  HAIGANG,
  JIANGYIN,
  LIANGXI,
  PlayedCase,
  WOYANG,
  WUHUA,
  WUXI_ACCIDENTAL,
  WUXI_DEEP,
  WUXI_NONE,
  WUXI_RELATIVE,
} from './played-case';
import { exitNotice } from './played-exit';

/** A file after a command or a date that went by: the day, the record then, and what was added. */
export interface FileStep {
  move: string;
  today: PlainDate;
  record: CaseRecord;
  events: readonly CaseEvent[];
}

/** A life of a file: how it began, and every step of it. */
export interface FileLife {
  played: PlayedCase;
  imported: boolean;
  steps: FileStep[];
}

const FIGURES = [WUXI_DEEP, WUXI_RELATIVE, WUXI_ACCIDENTAL, WUXI_NONE, BOZHOU_DEEP, BOZHOU_ACCIDENTAL];
const on = '2024-01-31';
const BEGINNINGS: { imported: boolean; begin: () => PlayedCase }[] = [
  { imported: true, begin: () => PlayedCase.import(LIANGXI, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: '2023-09-12', on, ownerOrgId: 'wx', monthlyLivingAidFen: 60_000 }) },
  { imported: true, begin: () => PlayedCase.import(LIANGXI, WUXI_RELATIVE, { hardshipClass: 'relative', establishedOn: on, on, monthlyLivingAidFen: 60_000 }) },
  { imported: true, begin: () => PlayedCase.import(JIANGYIN, WUXI_ACCIDENTAL, { hardshipClass: 'accidental', establishedOn: '2023-11-30', on }) },
  { imported: true, begin: () => PlayedCase.import(WOYANG, BOZHOU_DEEP, { hardshipClass: 'deep', establishedOn: '2023-04-10', on, monthlyLivingAidFen: 50_000 }) },
  { imported: true, begin: () => PlayedCase.import(WOYANG, BOZHOU_ACCIDENTAL, { hardshipClass: 'accidental', establishedOn: on, on }) },
  { imported: true, begin: () => PlayedCase.import(WUHUA, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: '2023-06-01', on }) },
  { imported: true, begin: () => PlayedCase.import(HAIGANG, WUXI_DEEP, { hardshipClass: 'relative', establishedOn: '2023-06-01', on }) },
  { imported: false, begin: () => PlayedCase.apply(LIANGXI, WUXI_RELATIVE).to('active') },
  { imported: false, begin: () => PlayedCase.apply(LIANGXI, WUXI_DEEP).to('active') },
  { imported: false, begin: () => PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' }).to('active') },
];

/** What the boxes of a file's life wait for, and so what may be sent at all. */
const AWAITED: Partial<Record<CaseRecord['state'], readonly CommandName[]>> = {
  active: ['recordRecheck', 'updateFile', 'notifyExit', 'recordComparison', 'proposeAidPlan', 'decideCollectively', 'changeAidLevel', 'signAuthorization'],
  exiting: ['confirmExit', 'refuseExit', 'verifyExit', 'postNotice', 'raiseObjection', 'resolveObjection', 'concludeExit', 'decideCollectively', 'recordRecheck', 'updateFile'],
  phaseOut: ['recordFollowUp', 'reportRelapse', 'recordVisit', 'reopenFile', 'dismissRelapse', 'proposeAidPlan', 'decideCollectively'],
};

function mayBeSent({ record }: PlayedCase, command: CommandName, facts: object): boolean {
  const { exit, relapse, lastRecheck, recheckCalledFor } = record;
  const isAwaited = AWAITED[record.state]?.includes(command) ?? false;
  const kind = 'kind' in facts ? facts.kind : undefined;
  switch (command) {
    case 'notifyExit':
      return isAwaited && !recheckCalledFor && (lastRecheck?.outcome === 'liftOut' || lastRecheck?.outcome === 'cancel');
    case 'confirmExit':
      return isAwaited && !(kind === 'worker' ? exit?.workerConfirmedOn : exit?.grassrootsConfirmedOn);
    case 'verifyExit':
      return isAwaited && !exit?.verifications.some(({ by }) => by === kind);
    case 'postNotice':
      return isAwaited && exit !== null && isNoticeRequired(exit) && !exitNoticeOf(record);
    case 'raiseObjection':
    case 'resolveObjection':
      return isAwaited && exitNoticeOf(record)?.closedOn === null;
    case 'reportRelapse':
      return isAwaited && !relapse;
    case 'recordVisit':
      return isAwaited && relapse !== null;
    case 'reopenFile':
    case 'dismissRelapse':
      return isAwaited && relapse?.visitedOn != null;
    case 'decideCollectively':
      return isAwaited && record.aidPlans.some(({ state }) => state === 'proposed');
    case 'proposeAidPlan':
      return isAwaited && !record.aidPlans.some(({ state }) => state === 'proposed') && record.phaseOut?.aidContinues !== false;
    default:
      return isAwaited;
  }
}

function send<Name extends CommandName>(c: PlayedCase, command: Name, facts: CommandFacts[Name], by?: ReturnType<typeof actor>): void {
  if (mayBeSent(c, command, facts)) c.do(command, facts, by);
}

/** What the case does by itself between two commands, as the workflow's boxes and timers do it. */
function follow(c: PlayedCase): void {
  const { record } = c;
  const { exit, phaseOut } = record;
  switch (record.state) {
    case 'active': {
      if (exit && !exit.stoppedBy) {
        c.enter('exiting');
        return;
      }
      const next = record.recheck && nextStageOf(record.recheck, c.policy());
      if (!next || next.on > c.today || !record.recheck?.nextDueOn) return;
      c.emit({ type: 'recheckStageReached', stage: next.stage, dueOn: record.recheck.nextDueOn });
      follow(c);
      return;
    }
    case 'exiting': {
      const notice = exitNoticeOf(record);
      const outcome = notice?.closedOn === null ? noticeOutcome(notice, c.today) : undefined;
      if (outcome) c.emit({ type: 'noticeClosed', kind: 'exit', outcome });
      if (outcome === 'objectionSustained') for (const fact of stopped('objection')) c.emit(fact);
      if (c.record.exit === null || c.record.exit.stoppedBy) follow(c.enter('active'));
      else if (c.record.exit.effectiveOn) {
        if (c.record.phaseOut) c.enter('phaseOut');
        else leave(c, c.record.exit.effectiveOn);
      }
      return;
    }
    case 'phaseOut':
      if (!phaseOut) follow(c.enter('active'));
      else if (c.today > phaseOut.endsOn && !record.relapse) leave(c, phaseOut.endsOn);
      return;
    default:
  }
}

function leave(c: PlayedCase, withdrawnOn: PlainDate): void {
  for (const fact of withdrawFile(c.record, withdrawnOn, c.policy())) c.emit(fact);
  c.enter('closed');
}

/** What may happen to a file; `n` chooses among the variants of it. */
const MOVES = {
  daysPass: (c, n) => void c.on(addDays(c.today, 1 + (n % 12))),
  monthsPass: (c, n) => void c.on(addDays(c.today, 30 * (1 + (n % 7)))),
  rechecked: (c, n) => {
    const doneOn = addDays(c.today, -(n % 9));
    send(c, 'recordRecheck', { doneOn, ...(n % 3 ? { visitedOn: doneOn } : {}), ...recheckFacts(n) }, n % 4 ? undefined : actor('head', c.record.hardshipFile!.ownerOrgId));
  },
  reclassed: (c, n) => send(c, 'recordRecheck', { doneOn: c.today, outcome: 'changeClass', household: FIGURES[n % FIGURES.length]!, hasReason: false }),
  updated: (c, n) => send(c, 'updateFile', { visit: n % 2 === 0, ...figures(n) }),
  compared: (c, n) => {
    send(c, 'signAuthorization', { signers: [1, 2], signedOn: c.today });
    send(c, 'recordComparison', n % 3 ? { result: 'consistent', extraIncomeFen: 0 } : { result: 'undeclaredIncome', extraIncomeFen: 100_000 * n, ...figures(n) });
  },
  aidLevelSet: (c, n) => send(c, 'changeAidLevel', { monthlyLivingAidFen: 10_000 * (n % 11), hasMaterialChange: n % 3 === 0 }),
  aidProposed: (c, n) => send(c, 'proposeAidPlan', { items: [{ aidType: 'living', amountFen: 420_000 + n }] }),
  aidDecided: (c, n) => send(c, 'decideCollectively', c.votes('for', n % 3 ? 'for' : 'against', n % 2 ? 'for' : 'against')),
  told: (c) => send(c, 'notifyExit', {}),
  confirmed: (c, n) => send(c, 'confirmExit', { kind: n % 2 ? 'worker' : 'grassroots' }),
  refused: (c, n) => send(c, 'refuseExit', { validReason: n % 4 === 0 }),
  verified: (c, n) => send(c, 'verifyExit', { kind: n % 2 ? 'reviewingUnion' : 'unitOrCommunityUnion' }),
  announced: (c) => send(c, 'postNotice', exitNotice(c)),
  objectedTo: (c, n) => {
    if (!exitNoticeOf(c.record)) return;
    send(c, 'raiseObjection', { kind: 'exit' });
    const objectionId = exitNoticeOf(c.record)?.objections.find(({ outcome }) => outcome === null)?.id;
    if (objectionId) send(c, 'resolveObjection', { kind: 'exit', objectionId, outcome: n % 2 ? 'dismissed' : 'sustained' });
  },
  concluded: (c, n) => send(c, 'concludeExit', n % 3 ? { phaseOutMonths: n % 8 } : {}),
  followedUp: (c, n) => send(c, 'recordFollowUp', { metOn: addDays(c.today, -(n % 3)) }),
  relapsed: (c) => send(c, 'reportRelapse', {}),
  visited: (c, n) => send(c, 'recordVisit', { ...COMPLETE_VISIT, visitedOn: c.today, ...figures(n) }),
  reopened: (c, n) => send(c, 'reopenFile', { hardshipClass: HARDSHIP_CLASSES[n % 3]! }),
  noRelapse: (c) => send(c, 'dismissRelapse', {}),
  nearer: (c) => nearer(c),
} satisfies Record<string, (c: PlayedCase, n: number) => void>;

/** One step on the way out, so that lives come to their ends as well. */
function nearer(c: PlayedCase): void {
  const { exit, state } = c.record;
  if (state === 'active') {
    if (mayBeSent(c, 'notifyExit', {})) send(c, 'notifyExit', {});
    else send(c, 'recordRecheck', { doneOn: c.today, visitedOn: c.today, household: WUXI_NONE, outcome: 'liftOut', hasReason: true });
  } else if (exit && state === 'exiting') nearerTheConclusion(c, exit);
  else c.on(addDays(c.today, 15));
}

function nearerTheConclusion(c: PlayedCase, exit: Exit): void {
  const [unverified] = missingVerifications(exit);
  const [unconfirmed] = missingConfirmations(exit);
  const notice = exitNoticeOf(c.record);
  if (unconfirmed) send(c, 'confirmExit', { kind: unconfirmed });
  else if (unverified) send(c, 'verifyExit', { kind: unverified });
  else if (notice?.closedOn === null) c.on(addDays(c.today, 12));
  else if (notice === undefined && isNoticeRequired(exit)) send(c, 'postNotice', exitNotice(c));
  else send(c, 'concludeExit', {});
}

function figures(n: number): { household?: (typeof FIGURES)[number] } {
  return n % 2 ? {} : { household: FIGURES[n % FIGURES.length]! };
}

function recheckFacts(n: number): Pick<CommandFacts['recordRecheck'], 'outcome' | 'household' | 'hasReason' | 'hardshipClass'> {
  const outcome: RecheckOutcome = RECHECK_OUTCOMES[n % RECHECK_OUTCOMES.length]!;
  return { outcome, hasReason: n % 7 > 2, ...figures(n >> 2), ...(n % 5 === 1 ? { hardshipClass: HARDSHIP_CLASSES[n % 3]! } : {}) };
}

/** What comes up where: moves that have no place in a box would only pass the time. */
const HERE: Partial<Record<CaseRecord['state'], (keyof typeof MOVES)[]>> = {
  active: ['rechecked', 'rechecked', 'reclassed', 'updated', 'compared', 'aidLevelSet', 'aidProposed', 'aidDecided', 'told'],
  exiting: ['confirmed', 'confirmed', 'refused', 'refused', 'verified', 'announced', 'objectedTo', 'objectedTo', 'concluded', 'rechecked'],
  phaseOut: ['followedUp', 'relapsed', 'relapsed', 'visited', 'visited', 'reopened', 'reopened', 'noRelapse', 'aidProposed', 'aidDecided'],
};

const anyMove = fc.oneof(
  { weight: 3, arbitrary: fc.constant('nearer' as const) },
  { weight: 2, arbitrary: fc.constantFrom('monthsPass' as const, 'daysPass' as const) },
  { weight: 9, arbitrary: fc.constant('here' as const) },
);

/** A file of one of the beginnings after some moves; what a rule refuses is not part of the life. */
export const anyFileLife: fc.Arbitrary<FileLife> = fc
  .record({ beginning: fc.constantFrom(...BEGINNINGS), moves: fc.array(fc.tuple(anyMove, fc.nat(1000)), { minLength: 8, maxLength: 45, size: 'max' }) })
  .map(({ beginning: { begin, imported }, moves }) => {
    const played = begin();
    const steps: FileStep[] = [{ move: 'begun', today: played.today, record: played.record, events: [...played.events] }];
    for (const [chosen, n] of moves) {
      const here = HERE[played.record.state] ?? [];
      const move = chosen === 'here' ? here[n % here.length] : chosen;
      if (!move) break; // the file has left
      const before = played.events.length;
      attempt(played, move, n);
      follow(played);
      steps.push({ move: `${move} ${n}`, today: played.today, record: played.record, events: played.events.slice(before) });
    }
    return { played, imported, steps };
  });

function attempt(played: PlayedCase, move: keyof typeof MOVES, n: number): void {
  try {
    MOVES[move](played, n);
  } catch (error) {
    const isRefusal = error instanceof Error && error.message.startsWith('refused: ');
    if (!isRefusal) throw new Error(`${move} ${n} after ${played.events.map(({ type }) => type).join(', ')}`, { cause: error });
  }
}
