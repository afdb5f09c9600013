import { checkLivingFloor, checkMedicalCap, livingShortfallFen } from '../aid-plan';
import { yearOf, type PlainDate } from '../calendar-date';
import type { AidPlanItem } from '../case-facts';
import type { CaseRecord } from '../case-record';
import { sumFen, type Fen } from '../money';
import type { Policy } from '../policy';
import { accepted, refused, type Decision, type Refusal } from '../refusal';
import { policyInForce } from '../reference';
import { comparisonIsDue, comparisonRequired } from './comparison-duty';
import type { Decide } from './decide';

export interface AidPlanFacts {
  items: AidPlanItem[];
  selfPaidMedical?: { year: number; amountFen: Fen };
}

/**
 * 提出帮扶方案: needs the comparison where the class has the duty, reaches the living floor where the profile has one
 * (R-BZ-08), and keeps medical aid within the year's self-paid total (R-WX-26). A refused plan leaves no trace.
 */
export const proposeAidPlan: Decide<AidPlanFacts> = (record, facts, context) => {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  // A file is compared with its yearly recheck; further aid goes straight to the plan, as in the chart (⑧ → ⑬).
  if (!record.hardshipFile && comparisonIsDue(record, policy.value, context.today)) return refused(comparisonRequired(record));
  const { assessment } = record;
  // Without an assessment nobody knows what the household lacks, so a profile with a floor cannot let a plan pass.
  if (!assessment && (!record.hardshipFile || policy.value.aid.livingFloor.value)) return refused({ code: 'CLASS_NOT_ELIGIBLE', eligible: [] });
  const totalFen = sumFen(facts.items.map((item) => item.amountFen ?? 0));
  const refusals: Refusal[] = [];
  const otherAidFen = sumFen(record.aidPlans.filter((plan) => plan.state === 'approved').map((plan) => plan.totalFen));
  const floor = assessment ? checkLivingFloor({ policy: policy.value, assessment, planTotalFen: totalFen, otherAidFen }) : accepted(true);
  if (!floor.accepted) refusals.push(...floor.refusals);
  const cap = checkCap(record, facts, policy.value, context.today);
  if (!cap.accepted) refusals.push(...cap.refusals);
  const [first, ...more] = refusals;
  if (first) return refused(first, ...more);
  return accepted([
    {
      type: 'aidPlanProposed',
      planId: planIdOf(context.commandId),
      items: facts.items,
      totalFen,
      shortfallFen: assessment && livingShortfallFen(assessment),
      selfPaidMedical: facts.selfPaidMedical ?? null,
    },
  ]);
};

/** A plan is named after the command that proposed it, whose row holds its words. */
function planIdOf(commandId: string): string {
  return `plan-${commandId}`;
}

export function commandIdOfPlan(planId: string): string {
  return planId.replace(/^plan-/, '');
}

/** Room for medical aid in a calendar year: the self-paid total, by default the assessed one, less what was granted. */
export function medicalCapOf(record: CaseRecord, year: number): { year: number; capFen: Fen; paidFen: Fen; remainingFen: Fen } {
  const capFen = record.selfPaidMedicalFen[year] ?? record.household.rigidExpenses.medicalFen;
  // Granted counts, not only paid: two plans on their way must not both use the same room.
  const granted = record.payments.filter((payment) => payment.aidType === 'medical' && yearOfGrant(record, payment.planId) === year);
  const paidFen = sumFen(granted.map((payment) => payment.amountFen));
  return { year, capFen, paidFen, remainingFen: Math.max(0, capFen - paidFen) };
}

function checkCap(record: CaseRecord, facts: AidPlanFacts, policy: Policy, today: PlainDate): Decision<true> {
  const requestedFen = sumFen(facts.items.filter((item) => item.aidType === 'medical').map((item) => item.amountFen ?? 0));
  if (requestedFen === 0) return accepted(true);
  const year = yearOf(today);
  const declared = facts.selfPaidMedical?.year === year ? { [year]: facts.selfPaidMedical.amountFen } : {};
  const { capFen, paidFen } = medicalCapOf({ ...record, selfPaidMedicalFen: { ...record.selfPaidMedicalFen, ...declared } }, year);
  return checkMedicalCap({ policy, capFen, paidFen, requestedFen });
}

function yearOfGrant(record: CaseRecord, planId: string): number | undefined {
  const plan = record.aidPlans.find((candidate) => candidate.id === planId);
  return plan && yearOf(plan.proposedOn);
}
