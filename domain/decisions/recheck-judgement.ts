import type { Assessment } from '../assessment';
import { addMonths, type PlainDate } from '../calendar-date';
import type { RecheckOutcome } from '../case-facts';
import type { CaseRecord } from '../case-record';
import type { ClassOrNone, HardshipClass } from '../hardship-class-names';
import type { Household } from '../household';
import type { Fen } from '../money';
import type { Policy } from '../policy';
import { policyInForce } from '../reference';
import { accepted, refused, type Decision, type Refusal } from '../refusal';
import { assessFile, livingLevelOf, standardOf, type AssessedFile, type LivingLevel } from './classification';
import { checkDate, checkHouseholdDates, type DecisionContext, type NewFact } from './decide';

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

/** What a recheck that may be recorded stands on. */
export interface JudgedRecheck {
  policy: Policy;
  figures: NewFigures;
  /** The head of department has the outcome stand against the figures. */
  overridden: boolean;
}

/** What new figures of the household say; null where there are none, or nobody can say. */
interface NewFigures {
  assessed: AssessedFile | null;
  level: LivingLevel | null;
}

/** Whether a recheck may be recorded: its dates, its figures, and whether they bear the outcome out or the head overrides them. */
export function judgeRecheck(record: CaseRecord, facts: RecheckFacts, context: DecisionContext): Decision<JudgedRecheck> {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const dates = checkDates(record, facts, context, policy.value);
  if (dates?.accepted === false) return dates;
  const figures = newFigures(record, facts, context, policy.value);
  if (!figures.accepted) return figures;
  const contradiction = levelContradiction(facts.outcome, figures.value.level) ?? contradictionTo(record, facts, figures.value.assessed?.assessment ?? null, policy.value);
  if (contradiction && !mayOverride(contradiction, facts, context, policy.value)) return refused(contradiction);
  return accepted({ policy: policy.value, figures: figures.value, overridden: contradiction !== undefined });
}

function newFigures(record: CaseRecord, { household, minLivingStandardFen }: RecheckFacts, context: DecisionContext, policy: Policy): Decision<NewFigures> {
  const assessed = household ? assessFile(record, household, context, minLivingStandardFen) : accepted(null);
  if (!assessed.accepted) return assessed;
  const given = minLivingStandardFen === undefined ? accepted(null) : standardOf(record, policy, context, minLivingStandardFen);
  if (!given.accepted) return given;
  const level = household && policy.recheck.liftsAboveStandard.value ? livingLevelOf(record, household, context, minLivingStandardFen) : accepted(null);
  return level.accepted ? accepted({ assessed: assessed.value, level: level.value }) : level;
}

/** A reason speaks against figures; it does not give a profile an outcome that it does not know. */
function mayOverride({ code }: Refusal, { outcome, hasReason }: RecheckFacts, { actor }: DecisionContext, policy: Policy): boolean {
  const isKnown = outcome !== 'relieve' || policy.recheck.relieves.value;
  return code === 'OUTCOME_NOT_SUPPORTED' && isKnown && hasReason && actor?.roles.includes('head') === true;
}

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
