import { assess, standardDateFor, type Assessment } from '../assessment';
import type { CaseRecord } from '../case-record';
import type { ClassOrNone, HardshipClass } from '../hardship-class-names';
import type { Household } from '../household';
import { householdIncomeFen } from '../household-figures';
import { livingStandardOn, type LivingStandard } from '../living-standard';
import type { Fen } from '../money';
import type { Policy } from '../policy';
import { accepted, refused, type Decision } from '../refusal';
import { policyInForce } from '../reference';
import { standingOf } from '../standing';
import type { DecisionContext, NewFact } from './decide';

/** The class a reviewer names, and whether a reason came with it (the reason itself stays with the command). */
export interface NamedClass {
  hardshipClass?: HardshipClass;
  hasClassReason: boolean;
}

/** Assesses a household by the policy and the living standard of today (A-02, R-BZ-09). */
export function assessToday(
  record: CaseRecord,
  household: Household,
  context: DecisionContext,
): Decision<{ assessment: Assessment; policy: Policy }> {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const standardOn = standardDateFor(policy.value, record.appliedOn, context.today);
  const standard = livingStandardOn(context.reference.standards, record.territory.regionCode, standardOn);
  if (!standard.accepted) return standard;
  const assessment = assess({ household, onDate: context.today, standard: standard.value, policy: policy.value });
  return assessment.accepted ? accepted({ assessment: assessment.value, policy: policy.value }) : assessment;
}

/**
 * Assesses the household of a file that exists. A profile without class rules cannot, and a file may live there all the
 * same: null.
 *
 * @param givenStandardFen replaces the place's living standard where that is a fixture; refused where it is published
 */
export function assessFile(record: CaseRecord, household: Household, context: DecisionContext, givenStandardFen?: Fen): Decision<AssessedFile | null> {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  if (!policy.value.classes) return accepted(null);
  const standard = standardOf(record, policy.value, context, givenStandardFen);
  if (!standard.accepted) return standard;
  const assessed = assess({ household, onDate: context.today, standard: standard.value, policy: policy.value });
  if (!assessed.accepted) return assessed;
  const { id, version } = policy.value;
  return accepted({ assessment: assessed.value, fact: { type: 'assessed', assessment: assessed.value, policy: { id, version } } });
}

export interface AssessedFile {
  assessment: Assessment;
  fact: NewFact;
}

/**
 * Where a household's income per person stands to the living standard, for a profile that measures 脱困 by it (R-QHD-05,
 * R-QHD-06); null where nobody knows the place's standard.
 */
export function livingLevelOf(record: CaseRecord, household: Household, context: DecisionContext, givenStandardFen?: Fen): Decision<LivingLevel | null> {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const standard = standardOf(record, policy.value, context, givenStandardFen);
  if (!standard.accepted) return givenStandardFen === undefined ? accepted(null) : standard;
  const difference = householdIncomeFen(household) - standard.value.fenPerPersonMonth * 12 * household.members.length;
  return accepted(difference < 0 ? 'below' : difference === 0 ? 'at' : 'above');
}

export type LivingLevel = 'below' | 'at' | 'above';

/** The living standard that a file is measured by; one that is given counts only where the place's own is a fixture. */
export function standardOf(record: CaseRecord, policy: Policy, { today, reference }: DecisionContext, givenFen?: Fen): Decision<LivingStandard> {
  const { regionCode } = record.territory;
  const listed = livingStandardOn(reference.standards, regionCode, standardDateFor(policy, record.appliedOn, today));
  if (givenFen === undefined || !listed.accepted) return listed;
  if (listed.value.basis === 'published') {
    return refused({ code: 'LIVING_STANDARD_PUBLISHED', regionCode, fenPerPersonMonth: listed.value.fenPerPersonMonth });
  }
  return accepted({ regionCode, from: today, fenPerPersonMonth: givenFen, basis: 'fixture', source: 'given with the recheck' });
}

/**
 * The class after an assessment. A class that a reviewer chose with a reason stays as long as it is eligible;
 * otherwise the recommended one counts.
 *
 * @throws never; CLASS_NOT_ELIGIBLE and CLASS_REASON_REQUIRED are refusals
 */
export function classAfter(
  record: CaseRecord,
  assessment: Assessment,
  named?: NamedClass,
): Decision<{ hardshipClass: ClassOrNone; chosen: boolean }> {
  const name = named?.hardshipClass;
  if (name && !assessment.eligible.includes(name)) return refused({ code: 'CLASS_NOT_ELIGIBLE', eligible: assessment.eligible });
  if (name && name !== assessment.recommended) {
    const alreadyReasoned = record.classChosen && record.hardshipClass === name;
    if (!named.hasClassReason && !alreadyReasoned) return refused({ code: 'CLASS_REASON_REQUIRED', recommended: assessment.recommended });
    return accepted({ hardshipClass: name, chosen: true });
  }
  const kept = record.hardshipClass;
  if (!name && record.classChosen && kept && kept !== 'none' && assessment.eligible.includes(kept)) {
    return accepted({ hardshipClass: kept, chosen: true });
  }
  return accepted({ hardshipClass: assessment.recommended, chosen: false });
}

/** Assessment, class and all that follows from it, as the facts of one step; with the transfer where the reviewer changes. */
export function classify(
  record: CaseRecord,
  household: Household,
  context: DecisionContext,
  named?: NamedClass,
): Decision<{ facts: NewFact[]; assessment: Assessment; hardshipClass: ClassOrNone; reviewerChanged: boolean }> {
  const assessed = assessToday(record, household, context);
  if (!assessed.accepted) return assessed;
  const { assessment, policy } = assessed.value;
  const chosen = classAfter(record, assessment, named);
  if (!chosen.accepted) return chosen;
  const standing = standingOf(chosen.value.hardshipClass, record.territory, policy);
  if (!standing.accepted) return standing;
  const before = record.standing?.reviewerOrgId;
  const after = standing.value.reviewerOrgId;
  const reviewerChanged = before !== undefined && before !== after;
  const facts: NewFact[] = [
    { type: 'assessed', assessment, policy: { id: policy.id, version: policy.version } },
    { type: 'classified', ...chosen.value, standing: standing.value },
  ];
  if (reviewerChanged) facts.push({ type: 'transferred', fromOrgId: before, toOrgId: after });
  return accepted({ facts, assessment, hardshipClass: chosen.value.hardshipClass, reviewerChanged });
}
