import { labelOf } from './explanation';
import type { Explanation } from './explanation';
import type { ClassOrNone } from './hardship-class-names';
import { reviewerOf } from './routing';
import type { Policy } from './policy';
import { accepted, refused } from './refusal';
import type { Decision } from './refusal';
import type { Territory } from './territory';

/** Length of the 渐退期 that a class may or must have; a fixed length has equal bounds. */
export interface PhaseOutBounds {
  minMonths: number;
  maxMonths: number;
  defaultMonths: number;
}

/** What follows from the class of a file that exists, however it came to be (review or import). */
export interface FileTerms {
  /** `null`: no recheck at fixed intervals (Bozhou has yearly campaigns instead). */
  recheckMonths: number | null;
  /** `null`: files of this class leave without a phase-out. */
  phaseOut: PhaseOutBounds | null;
  certificateKind: string | null;
  /** Outside systems that are told of the file. */
  systems: string[];
}

/** Everything that follows from the class of a case. Never stored apart from the class: when it changes, all of this does. */
export interface Standing extends FileTerms {
  hardshipClass: ClassOrNone;
  /** The reviewing union; also the owner of the file (R-WX-14). */
  reviewerOrgId: string;
  noticesRequired: 1 | 2;
  comparison: { required: boolean; position: 'beforeUpperReview' | 'afterUpperReview' };
  /** The city union with which the file is put on record; `null` where none is required or the city owns the file itself. */
  filingToOrgId: string | null;
  explanation: Explanation[];
}

/**
 * Everything that follows from the class: reviewer and file owner, notices, comparison duty, recheck, phase-out, filing,
 * certificate and systems.
 *
 * Refused with POLICY_VALUE_MISSING, naming all values that the profile lacks, where a case cannot be reviewed under it.
 * @see R-WX-02, R-WX-14, R-BZ-F7, R-BZ-F13, A-16
 */
export function standingOf(hardshipClass: ClassOrNone, territory: Territory, policy: Policy): Decision<Standing> {
  const reviewer = reviewerOf(hardshipClass, territory, policy);
  const required = policy.notice.required;
  if (!reviewer.accepted || !required) {
    const missing = [...(reviewer.accepted ? [] : ['routes']), ...(required ? [] : ['notice.required'])];
    return refused({ code: 'POLICY_VALUE_MISSING', profile: policy.id, missing });
  }

  const reviewerOrgId = reviewer.value.orgId;
  const isCompared = policy.comparison.requiredFor.value.includes(hardshipClass);
  const terms = fileTermsOf(hardshipClass, policy);
  return accepted({
    hardshipClass,
    reviewerOrgId,
    noticesRequired: required.value,
    comparison: { required: isCompared, position: policy.comparison.position.value },
    ...terms,
    filingToOrgId: policy.filing.required.value && reviewerOrgId !== territory.cityOrgId ? territory.cityOrgId : null,
    explanation: [
      reviewer.value.explanation,
      {
        rule: labelOf(required),
        verdict: 'chosen',
        detail: `${required.value} public notice(s) before confirmation.`,
        operands: { noticesRequired: required.value },
      },
      {
        rule: labelOf(policy.comparison.requiredFor),
        verdict: 'chosen',
        detail: `Comparison ${isCompared ? 'required' : 'not required'} for ${hardshipClass}.`,
        operands: { class: hardshipClass, comparisonRequired: isCompared },
      },
      ...recheckExplanation(hardshipClass, policy),
    ],
  });
}

/**
 * What follows from the class once there is a file. Never refuses: a file can be imported where the profile does not say how a
 * case is reviewed.
 *
 * @see R-WX-13, R-WX-16, R-WX-17, R-WX-33, R-BZ-21
 */
export function fileTermsOf(hardshipClass: ClassOrNone, policy: Policy): FileTerms {
  const certificateKind = policy.certificate?.value ?? null;
  const systems = [...policy.systems.value];
  if (hardshipClass === 'none') return { recheckMonths: null, phaseOut: null, certificateKind, systems };

  const { monthsMin, monthsMax, monthsDefault } = policy.phaseOut;
  const [min, max, byDefault] = [monthsMin[hardshipClass], monthsMax[hardshipClass], monthsDefault[hardshipClass]];
  return {
    recheckMonths: policy.recheck.months?.[hardshipClass]?.value ?? null,
    // All three or none: profiles with only some of them do not load.
    phaseOut: min && max && byDefault ? { minMonths: min.value, maxMonths: max.value, defaultMonths: byDefault.value } : null,
    certificateKind,
    systems,
  };
}

function recheckExplanation(hardshipClass: ClassOrNone, policy: Policy): Explanation[] {
  const months = hardshipClass === 'none' ? undefined : policy.recheck.months?.[hardshipClass];
  if (!months) return [];
  return [
    {
      rule: labelOf(months),
      verdict: 'chosen',
      detail: `Recheck of ${hardshipClass} every ${months.value} months.`,
      operands: { class: hardshipClass, recheckMonths: months.value },
    },
  ];
}
