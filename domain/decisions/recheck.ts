import { addMonths, type PlainDate } from '../calendar-date';
import type { RecheckOutcome } from '../case-facts';
import type { CaseRecord } from '../case-record';
import type { Assessment } from '../assessment';
import type { ClassOrNone, HardshipClass } from '../hardship-class-names';
import type { Household } from '../household';
import type { Fen } from '../money';
import type { Policy } from '../policy';
import { accepted, refused, type Decision, type Refusal } from '../refusal';
import { policyInForce } from '../reference';
import { fileTermsOf, standingOf } from '../standing';
import { assessFile, livingLevelOf, standardOf, type LivingLevel } from './classification';
import { checkDate, checkHouseholdDates, withFact, type Decide, type DecisionContext, type NewFact } from './decide';
import { preparedDropped } from './disbursement';
import { openNoticeClosed } from './notice';
import { scheduleAfter, scheduleFrom } from './recheck-schedule';
import { requestSyncs } from './establish-file';

export interface RecheckFacts {
  doneOn: PlainDate;
  visitedOn?: PlainDate;
  household?: Household;
  /** Only where the place's standard is a fixture. */
  minLivingStandardFen?: Fen;
  outcome: RecheckOutcome;
  /** For `changeClass`: a class other than the recommended one, with a reason. */
  hardshipClass?: HardshipClass;
  hasReason: boolean;
}

/**
 * 核查: looks at a file again and says what becomes of it (R-WX-18). An outcome that the figures contradict is refused,
 * unless the head of department gives a reason. Without new figures the old ones stay and are not assessed again.
 */
export const recordRecheck: Decide<RecheckFacts> = (record, facts, context) => {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const wrongDate = checkDates(record, facts, context, policy.value);
  if (wrongDate) return wrongDate;
  const assessed = facts.household ? assessFile(record, facts.household, context, facts.minLivingStandardFen) : accepted(null);
  if (!assessed.accepted) return assessed;
  const given = facts.minLivingStandardFen === undefined ? accepted(null) : standardOf(record, policy.value, context, facts.minLivingStandardFen);
  if (!given.accepted) return given;

  const level = facts.household && policy.value.recheck.liftsAboveStandard.value ? livingLevelOf(record, facts.household, context, facts.minLivingStandardFen) : accepted(null);
  if (!level.accepted) return level;

  const contradiction = levelContradiction(facts.outcome, level.value) ?? contradictionTo(record, facts, assessed.value?.assessment ?? null, policy.value);
  // A reason speaks against figures; it does not give a profile an outcome that it does not know.
  const isKnown = facts.outcome !== 'relieve' || policy.value.recheck.relieves.value;
  const mayOverride = isKnown && context.actor?.roles.includes('head') === true && facts.hasReason;
  if (contradiction && !(contradiction.code === 'OUTCOME_NOT_SUPPORTED' && mayOverride)) return refused(contradiction);

  const { doneOn, visitedOn = null, outcome, household = null } = facts;
  // Whoever is looked at again while an exit is going on has that exit begun anew.
  const takenDown = record.exit?.stoppedBy === null ? openNoticeClosed(record) : [];
  const recorded: NewFact[] = [...takenDown, { type: 'recheckRecorded', doneOn, visitedOn, outcome, household, overridden: contradiction !== undefined }];
  if (assessed.value) recorded.push(assessed.value.fact);
  const rechecked = recorded.reduce((folded, fact) => withFact(folded, fact, context), record);
  if (outcome === 'changeClass') {
    const reclassed = reclass(rechecked, facts, policy.value);
    return reclassed.accepted ? accepted([...recorded, ...reclassed.value]) : reclassed;
  }
  const next = scheduleAfter(rechecked, policy.value, doneOn, true);
  return accepted(next ? [...recorded, next] : recorded);
};

function checkDates(
  record: CaseRecord,
  { doneOn, visitedOn, household }: RecheckFacts,
  context: DecisionContext,
  policy: Policy,
): Decision<NewFact[]> | undefined {
  const earliest = record.lastRecheck?.doneOn ?? record.hardshipFile?.reopenedOn ?? record.hardshipFile?.establishedOn;
  // A visit before the income window says nothing of what is to be decided.
  const earliestVisit = addMonths(doneOn, -policy.incomeWindowMonths.value);
  return (
    checkDate('doneOn', doneOn, context, earliest) ??
    (visitedOn === undefined ? undefined : checkDate('visitedOn', visitedOn, { ...context, today: doneOn }, earliestVisit)) ??
    (household && checkHouseholdDates(household, context.today))
  );
}

/** 脱困 takes an income above the living standard, 解困 one that reaches it (R-QHD-05, R-QHD-06). */
function levelContradiction(outcome: RecheckOutcome, level: LivingLevel | null): Refusal | undefined {
  if (level === null) return undefined;
  const supported: RecheckOutcome[] = level === 'above' ? ['keep', 'liftOut', 'relieve', 'cancel'] : level === 'at' ? ['keep', 'relieve', 'cancel'] : ['keep', 'cancel'];
  const isJudged = outcome === 'liftOut' || outcome === 'relieve';
  return isJudged && !supported.includes(outcome) ? { code: 'OUTCOME_NOT_SUPPORTED', rule: 'R-QHD-05', outcome, supported } : undefined;
}

/** What the figures, or the profile, say against an outcome; undefined when nothing does. */
function contradictionTo(record: CaseRecord, facts: RecheckFacts, assessment: Assessment | null, policy: Policy): Refusal | undefined {
  const { outcome } = facts;
  const current = record.hardshipClass;
  const notSupported: Refusal = { code: 'OUTCOME_NOT_SUPPORTED', rule: 'R-WX-18', outcome, supported: supportedBy(assessment ?? record.assessment, current, policy) };
  switch (outcome) {
    case 'cancel':
      if (!facts.hasReason) return { code: 'REASON_REQUIRED', rule: 'R-WX-29' };
      // A death or a false statement shows in other figures, or in none (R-WX-29).
      return assessment && isEligible(assessment, current) ? notSupported : undefined;
    case 'relieve':
      return policy.recheck.relieves.value && (!assessment || reachesStandard(assessment)) ? undefined : notSupported;
    case 'liftOut': {
      // Nobody is lifted out on figures that say otherwise, those on record included.
      const figures = assessment ?? record.assessment;
      return figures && figures.eligible.length > 0 ? notSupported : undefined;
    }
    case 'keep':
      return assessment && !isEligible(assessment, current) ? notSupported : undefined;
    case 'changeClass':
      return changeContradiction(record, facts, assessment, notSupported);
  }
}

/** Without new figures those on record count; where there are none at all, a class is named with a reason. */
function changeContradiction(record: CaseRecord, { hardshipClass, hasReason }: RecheckFacts, assessment: Assessment | null, notSupported: Refusal): Refusal | undefined {
  const figures = assessment ?? record.assessment;
  if (!figures) return hardshipClass && hasReason ? undefined : notSupported;
  const to = hardshipClass ?? figures.recommended;
  if (to === 'none') return notSupported;
  if (!figures.eligible.includes(to)) return { code: 'CLASS_NOT_ELIGIBLE', eligible: figures.eligible };
  return to !== figures.recommended && !hasReason ? { code: 'CLASS_REASON_REQUIRED', recommended: figures.recommended } : undefined;
}

/** The outcomes that the figures bear out. */
function supportedBy(figures: Assessment | null, current: ClassOrNone | null, policy: Policy): RecheckOutcome[] {
  const supported: RecheckOutcome[] = [];
  if (!figures || isEligible(figures, current)) supported.push('keep');
  if (figures && figures.recommended !== 'none' && figures.recommended !== current) supported.push('changeClass');
  if (!figures || figures.eligible.length === 0) supported.push('liftOut');
  if (policy.recheck.relieves.value && (!figures || reachesStandard(figures))) supported.push('relieve');
  if (!figures || !isEligible(figures, current)) supported.push('cancel');
  return supported;
}

function isEligible({ eligible }: Assessment, hardshipClass: ClassOrNone | null): boolean {
  return eligible.some((candidate) => candidate === hardshipClass);
}

/** 家庭生活水平达到当地低保标准, the standard itself included (R-QHD-06). */
function reachesStandard({ incomeFen, thresholdsFen }: Assessment): boolean {
  return incomeFen >= thresholdsFen['1x'];
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
