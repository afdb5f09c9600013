import type { ComparisonResult } from '../case-facts';
import { withoutComparedIncome, type Household } from '../household';
import type { Fen } from '../money';
import { accepted, refused } from '../refusal';
import { policyInForce } from '../reference';
import { classify } from './classification';
import { checkHouseholdDates, type Decide, type NewFact } from './decide';
import { unsignedAdults } from './intake';

export interface ComparisonFacts {
  result: ComparisonResult;
  extraIncomeFen: Fen;
  household?: Household;
}

/**
 * 信息比对: what other data say about the household (R-JS-18, R-BZ-F11). Needs the authorisation of all adults
 * (R-BZ-A2); assesses anew, and class and reviewer follow.
 */
export const recordComparison: Decide<ComparisonFacts> = (record, facts, context) => {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  // Those who come in with the comparison itself have to sign as well.
  const unsigned = unsignedAdults({ ...record, household: facts.household ?? record.household }, policy.value, context.today);
  if (unsigned.length > 0) return refused({ code: 'AUTHORIZATION_MISSING', rule: 'R-BZ-A2', memberNos: unsigned });
  const wrongHousehold = facts.household && checkHouseholdDates(facts.household, context.today);
  if (wrongHousehold) return wrongHousehold;
  const household = withComparedIncome(facts.household ?? record.household, facts.extraIncomeFen);
  const classified = classify(record, household, context);
  if (!classified.accepted) return classified;
  const found: NewFact[] = [{ type: 'comparisonRecorded', result: facts.result, household }, ...classified.value.facts];
  // Where the comparison follows the review, what the reviewer could not know sends the case back to the review; and a union that has not reviewed it reviews it first.
  const { hardshipClass, reviewerChanged } = classified.value;
  const unknownToReview = facts.result === 'undeclaredAsset' || facts.result === 'identityMismatch' || hardshipClass === 'none' || reviewerChanged;
  if (record.upperReviewedOn && unknownToReview) found.push({ type: 'reviewReopened' });
  return accepted(found);
};

/** The latest report counts: what it found replaces what an earlier one had found. */
function withComparedIncome(household: Household, extraIncomeFen: Fen): Household {
  const declared = withoutComparedIncome(household);
  return extraIncomeFen > 0 ? { ...declared, undeclaredIncomeFen: extraIncomeFen } : declared;
}
