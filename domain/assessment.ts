import type { PlainDate } from './calendar-date';
import { labelOf } from './explanation';
import type { Explanation } from './explanation';
import { HARDSHIP_CLASSES } from './hardship-class-names';
import type { ClassOrNone, HardshipClass } from './hardship-class-names';
import type { Household } from './household';
import { accidentExpenseNetFen, householdIncomeFen, rigidExpensesFen } from './household-figures';
import type { LivingStandard } from './living-standard';
import type { Fen } from './money';
import type { Cited, ClassRule, Policy, TimesLimit } from './policy';
import { accepted, refused } from './refusal';
import type { Decision } from './refusal';

/** 认定: which classes a household fits, and every number that decided it. */
export interface Assessment {
  onDate: PlainDate;
  /** All classes that fit, in the order deep, accidental, relative. */
  eligible: HardshipClass[];
  /** The first of them by the profile's precedence, or `none`. */
  recommended: ClassOrNone;
  minLivingStandardFen: Fen;
  householdSize: number;
  /** Totals of the household in the 12-month window. */
  incomeFen: Fen;
  rigidExpenseFen: Fen;
  /** Income less rigid expenses. May be negative: clamped to 0 it would hide how deep the hardship is. */
  netFen: number;
  accidentExpenseNetFen: Fen | null;
  /** k × standard × 12 × members: what totals are compared with. */
  thresholdsFen: Record<'1x' | '2x' | '3x' | '4x', Fen>;
  explanation: Explanation[];
}

export interface AssessmentInput {
  household: Household;
  onDate: PlainDate;
  /** The standard of the household's county on the day that {@link standardDateFor} names. */
  standard: LivingStandard;
  policy: Policy;
}

/**
 * Assesses a household against the classes of a profile.
 *
 * Totals are compared with k × L × 12 × n in whole numbers; nothing is divided, since a per-capita value rounded to a fen would
 * move the boundary. Refused with POLICY_VALUE_MISSING where the profile has no class rules.
 * @throws RangeError for a household without members or sums beyond exact integers: the caller's mistake
 * @see R-WX-07, R-WX-08, R-WX-09, R-WX-09a, A-03
 */
export function assess({ household, onDate, standard, policy }: AssessmentInput): Decision<Assessment> {
  const classes = policy.classes;
  if (!classes || Object.keys(classes).length === 0) {
    return refused({ code: 'POLICY_VALUE_MISSING', profile: policy.id, missing: ['classes'] });
  }

  const figures = figuresOf(household, standard);
  const explanation: Explanation[] = [standardUsed(policy, standard)];
  const eligible = HARDSHIP_CLASSES.filter((hardshipClass) => {
    const rule = classes[hardshipClass];
    if (!rule) return false;
    const conditions = conditionsOf(hardshipClass, rule, household, figures);
    explanation.push(...conditions);
    return conditions.every((condition) => condition.verdict === 'met');
  });
  const recommended = policy.classPrecedence.value.find((hardshipClass) => eligible.includes(hardshipClass)) ?? 'none';
  explanation.push(recommendation(policy, eligible, recommended));

  return accepted({
    onDate,
    eligible,
    recommended,
    minLivingStandardFen: figures.standardFen,
    householdSize: figures.members,
    incomeFen: figures.incomeFen,
    rigidExpenseFen: figures.rigidExpenseFen,
    netFen: figures.incomeFen - figures.rigidExpenseFen,
    accidentExpenseNetFen: figures.accidentExpenseNetFen,
    thresholdsFen: {
      '1x': thresholdFen(1, figures),
      '2x': thresholdFen(2, figures),
      '3x': thresholdFen(3, figures),
      '4x': thresholdFen(4, figures),
    },
    explanation,
  });
}

/** The day whose living standard an assessment uses: its own, or that of the application. @see A-02 */
export function standardDateFor(policy: Policy, appliedOn: PlainDate, assessedOn: PlainDate): PlainDate {
  switch (policy.standardDateBasis.value) {
    case 'assessment':
      return assessedOn;
    case 'application':
      return appliedOn;
  }
}

interface Figures {
  standardFen: Fen;
  members: number;
  incomeFen: Fen;
  rigidExpenseFen: Fen;
  accidentExpenseNetFen: Fen | null;
}

function figuresOf(household: Household, standard: LivingStandard): Figures {
  const members = household.members.length;
  if (members === 0) throw new RangeError('a household has at least one member');
  return {
    standardFen: standard.fenPerPersonMonth,
    members,
    incomeFen: householdIncomeFen(household),
    rigidExpenseFen: rigidExpensesFen(household),
    accidentExpenseNetFen: accidentExpenseNetFen(household),
  };
}

function conditionsOf(hardshipClass: HardshipClass, rule: ClassRule, household: Household, figures: Figures): Explanation[] {
  const conditions: Explanation[] = [];
  if (rule.causes) {
    const cause = household.accident?.cause;
    conditions.push({
      rule: labelOf(rule.causes),
      verdict: cause !== undefined && rule.causes.value.includes(cause) ? 'met' : 'notMet',
      detail: `${hardshipClass}: the cause is ${cause ?? 'none'}; it needs one of ${rule.causes.value.join(', ')}.`,
      operands: { class: hardshipClass, cause: cause ?? 'none' },
    });
  }
  if (rule.incomeMax) {
    conditions.push(limitCondition(hardshipClass, 'income', figures.incomeFen, rule.incomeMax, figures));
  }
  if (rule.netMax) {
    const [deducted, deductedFen] =
      rule.deducts.value === 'rigidExpenses'
        ? ['rigid expenses', figures.rigidExpenseFen]
        : ['net accident expense', figures.accidentExpenseNetFen ?? 0];
    const what = `income ${figures.incomeFen} less ${deducted} ${deductedFen}`;
    const condition = limitCondition(hardshipClass, what, figures.incomeFen - deductedFen, rule.netMax, figures);
    conditions.push({
      ...condition,
      operands: { ...condition.operands, incomeFen: figures.incomeFen, deducts: rule.deducts.value, deductedFen },
    });
  }
  return conditions;
}

function limitCondition(
  hardshipClass: HardshipClass,
  what: string,
  amountFen: number,
  limit: Cited<TimesLimit>,
  figures: Figures,
): Explanation {
  const { times, inclusive } = limit.value;
  const isMet = isWithin(amountFen, limit.value, figures);
  const relation = inclusive ? (isMet ? '≤' : '>') : isMet ? '<' : '≥';
  const limitText = `${times} × ${figures.standardFen} × 12 × ${figures.members}`;
  return {
    rule: labelOf(limit),
    verdict: isMet ? 'met' : 'notMet',
    detail: `${hardshipClass}: ${what} = ${amountFen} ${relation} ${limitText} fen.`,
    operands: {
      class: hardshipClass,
      amountFen,
      times,
      inclusive,
      minLivingStandardFen: figures.standardFen,
      householdSize: figures.members,
    },
  };
}

/** Compares hundredths in BigInt: the products pass 2^53 long before the amounts themselves do. */
function isWithin(amountFen: number, { times, inclusive }: TimesLimit, { standardFen, members }: Figures): boolean {
  const amount = BigInt(amountFen) * 100n;
  const limit = BigInt(Math.round(times * 100)) * BigInt(standardFen) * 12n * BigInt(members);
  return inclusive ? amount <= limit : amount < limit;
}

function thresholdFen(times: number, { standardFen, members }: Figures): Fen {
  const threshold = times * standardFen * 12 * members;
  if (!Number.isSafeInteger(threshold)) throw new RangeError('threshold is not an exact integer of fen');
  return threshold;
}

function standardUsed(policy: Policy, standard: LivingStandard): Explanation {
  return {
    rule: labelOf(policy.standardDateBasis),
    verdict: 'chosen',
    detail:
      `Minimum living standard of ${standard.regionCode} in force from ${standard.from}: ` +
      `${standard.fenPerPersonMonth} fen per person and month${standard.basis === 'fixture' ? ' (a test value, not the real one)' : ''}.`,
    operands: {
      regionCode: standard.regionCode,
      from: standard.from,
      minLivingStandardFen: standard.fenPerPersonMonth,
      basis: standard.basis,
    },
  };
}

function recommendation(policy: Policy, eligible: HardshipClass[], recommended: ClassOrNone): Explanation {
  return {
    rule: labelOf(policy.classPrecedence),
    verdict: 'chosen',
    detail:
      recommended === 'none'
        ? 'No class fits.'
        : `Fits ${eligible.join(', ')}; the first in the order ${policy.classPrecedence.value.join(', ')} is ${recommended}.`,
    operands: { recommended, eligible: eligible.join(', ') },
  };
}
