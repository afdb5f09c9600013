import type { CaseRecord } from '../case-record';
import type { HardshipClass } from '../hardship-class-names';
import type { Policy } from '../policy';
import { accepted, refused, type Decision } from '../refusal';
import { fileTermsOf, standingOf } from '../standing';
import { withFact, type Decide, type DecisionContext, type NewFact } from './decide';
import { preparedDropped } from './disbursement';
import { requestSyncs } from './establish-file';
import { openNoticeClosed } from './notice';
import { judgeRecheck, type JudgedRecheck, type RecheckFacts } from './recheck-judgement';
import { scheduleAfter, scheduleFrom } from './recheck-schedule';

/**
 * 核查: looks at a file again and says what becomes of it (R-WX-18). An outcome that the figures contradict is refused,
 * unless the head of department gives a reason. Without new figures the old ones stay and are not assessed again.
 */
export const recordRecheck: Decide<RecheckFacts> = (record, facts, context) => {
  const judged = judgeRecheck(record, facts, context);
  return judged.accepted ? whatFollows(record, facts, judged.value, context) : judged;
};

/** The recheck, what it found, and either the new class with all that comes with it or the next date. */
function whatFollows(record: CaseRecord, facts: RecheckFacts, { policy, figures, overridden }: JudgedRecheck, context: DecisionContext): Decision<NewFact[]> {
  const { doneOn, visitedOn = null, outcome, household = null } = facts;
  // Whoever is looked at again while an exit is going on has that exit begun anew.
  const takenDown = record.exit?.stoppedBy === null ? openNoticeClosed(record) : [];
  const found = figures.assessed ? [figures.assessed.fact] : [];
  const recorded: NewFact[] = [...takenDown, { type: 'recheckRecorded', doneOn, visitedOn, outcome, household, overridden }, ...found];
  const rechecked = recorded.reduce((folded, fact) => withFact(folded, fact, context), record);
  const next = outcome === 'changeClass' ? reclass(rechecked, facts, policy) : accepted(nextDate(rechecked, policy, facts));
  return next.accepted ? accepted([...recorded, ...next.value]) : next;
}

function nextDate(rechecked: CaseRecord, policy: Policy, { doneOn }: RecheckFacts): NewFact[] {
  const next = scheduleAfter(rechecked, policy, doneOn, true);
  return next ? [next] : [];
}

/** Class, owner, recheck interval, comparison duty and phase-out right move in this one step (R-WX-18, A-24); no notice is repeated. */
function reclass(record: CaseRecord, { doneOn, hardshipClass }: RecheckFacts, policy: Policy): Decision<NewFact[]> {
  const { assessment } = record;
  const to = hardshipClass ?? assessment?.recommended ?? 'none';
  if (to === 'none') return refused({ code: 'CLASS_NOT_ELIGIBLE', eligible: assessment?.eligible ?? [] });
  if (to === record.hardshipClass) return refused({ code: 'OUTCOME_NOT_SUPPORTED', rule: 'R-WX-18', outcome: 'changeClass', supported: ['keep'] });
  const reclassed = { ...record, hardshipClass: to };
  // An interval counts from the day of re-classing; a campaign asks what it asked before.
  const hasInterval = fileTermsOf(to, policy).recheckMonths !== null;
  const next = hasInterval ? scheduleFrom(reclassed, policy, doneOn) : scheduleAfter(reclassed, policy, doneOn, true);
  return accepted([...standAs(record, to, policy, to !== assessment?.recommended), ...(next ? [next] : [])]);
}

/** The facts by which a file takes a class, with all that follows from it; where the profile does not say who reviews, the owner stays. */
export function standAs(record: CaseRecord, hardshipClass: HardshipClass, policy: Policy, chosen: boolean): NewFact[] {
  const decided = standingOf(hardshipClass, record.territory, policy);
  const standing = decided.accepted ? decided.value : null;
  const from = record.hardshipFile?.ownerOrgId;
  const to = standing?.reviewerOrgId ?? from;
  return [
    { type: 'classified', hardshipClass, chosen, standing },
    // Money that the old owner has prepared and not released is the new owner's to prepare.
    ...(from && to && from !== to ? [{ type: 'transferred' as const, fromOrgId: from, toOrgId: to }, ...preparedDropped(record)] : []),
    ...requestSyncs(hardshipClass, policy),
  ];
}
