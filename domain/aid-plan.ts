import type { Assessment } from './assessment';
import { isAmountFen } from './money';
import type { Fen } from './money';
import type { Policy } from './policy';
import { accepted, refused } from './refusal';
import type { Decision } from './refusal';

/**
 * Kinds of aid that a plan of a filed household may hold.
 *
 * Only the six of R-WX-23. Emergency aid (应急救助, R-JS-46) and warmth visits (送温暖, R-JS-48) are paid from other
 * budget lines, also to persons without a file: as items of a plan they would count towards the living floor of the
 * household and be booked on the wrong line.
 */
export const AID_TYPES = ['living', 'education', 'medical', 'vocationalTraining', 'jobPlacement', 'legalAid'] as const;
export type AidType = (typeof AID_TYPES)[number];

/**
 * What the household lacks in the year to live on the minimum standard: L × 12 × n less net income; 0 when it lacks nothing.
 *
 * @see R-BZ-08
 */
export function livingShortfallFen(assessment: Assessment): Fen {
  return Math.max(0, assessment.thresholdsFen['1x'] - assessment.netFen);
}

/**
 * Whether a plan lifts the household to the minimum living standard, together with aid from elsewhere.
 *
 * Refused with BELOW_MIN_LIVING_FLOOR, which names what is still missing; only where the profile has the floor.
 * @param planTotalFen money of the plan for the year
 * @param otherAidFen other assistance of the year that is not yet in the assessed income
 * @throws RangeError for a negative or fractional amount
 * @see R-BZ-08
 */
export function checkLivingFloor(input: {
  policy: Policy;
  assessment: Assessment;
  planTotalFen: Fen;
  otherAidFen: Fen;
}): Decision<true> {
  requireAmounts(input.planTotalFen, input.otherAidFen);
  if (!input.policy.aid.livingFloor.value) return accepted(true);

  const shortfallFen = livingShortfallFen(input.assessment);
  const missingFen = shortfallFen - input.planTotalFen - input.otherAidFen;
  return missingFen > 0 ? refused({ code: 'BELOW_MIN_LIVING_FLOOR', rule: 'R-BZ-08', missingFen, shortfallFen }) : accepted(true);
}

/** 医疗救助 of one household in one calendar year against its cap. */
export interface MedicalCap {
  /** The year's self-paid medical costs of all members, after every reimbursement. */
  capFen: Fen;
  /** Union medical aid to the household in that year so far. */
  paidFen: Fen;
  remainingFen: Fen;
}

/**
 * What may still be given; 0 once the cap is used up, never negative.
 *
 * @throws RangeError for a negative or fractional amount
 * @see R-WX-26, A-19
 */
export function medicalCap({ capFen, paidFen }: { capFen: Fen; paidFen: Fen }): MedicalCap {
  requireAmounts(capFen, paidFen);
  return { capFen, paidFen, remainingFen: Math.max(0, capFen - paidFen) };
}

/**
 * Whether `requestedFen` more medical aid keeps the year's total within the self-paid costs; the cap itself may be reached.
 *
 * Refused with MEDICAL_CAP_EXCEEDED; only where the profile has the cap.
 * @throws RangeError for a negative or fractional amount
 * @see R-WX-26, A-19
 */
export function checkMedicalCap(input: { policy: Policy; capFen: Fen; paidFen: Fen; requestedFen: Fen }): Decision<true> {
  requireAmounts(input.requestedFen);
  const cap = medicalCap(input);
  if (!input.policy.aid.medicalCap.value || input.requestedFen <= cap.remainingFen) return accepted(true);
  return refused({ code: 'MEDICAL_CAP_EXCEEDED', rule: 'R-WX-26', ...cap });
}

function requireAmounts(...amounts: Fen[]): void {
  const wrong = amounts.find((amount) => !isAmountFen(amount));
  if (wrong !== undefined) throw new RangeError(`not an amount in fen: ${wrong}`);
}
