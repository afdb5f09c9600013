import type { ComparisonResult } from '../case-facts';
import { withoutComparedIncome, type Household } from '../household';
import type { Fen } from '../money';
import type { CaseRecord } from '../case-record';
import { accepted, refused, type Decision } from '../refusal';
import { policyInForce } from '../reference';
import { assessFile, classify } from './classification';
import { checkHouseholdDates, type Decide, type DecisionContext, type NewFact } from './decide';
import { unsignedAdults } from './intake';
import { recheckCall } from './recheck-call';

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
  if (record.hardshipFile) return compareFile(record, facts, household, context);
  const classified = classify(record, household, context);
  if (!classified.accepted) return classified;
  const found: NewFact[] = [{ type: 'comparisonRecorded', result: facts.result, household }, ...classified.value.facts];
  // Where the comparison follows the review, what the reviewer could not know sends the case back to the review; and a union that has not reviewed it reviews it first.
  const { hardshipClass, reviewerChanged } = classified.value;
  const unknownToReview = facts.result === 'undeclaredAsset' || facts.result === 'identityMismatch' || hardshipClass === 'none' || reviewerChanged;
  if (record.upperReviewedOn && unknownToReview) found.push({ type: 'reviewReopened' });
  return accepted(found);
};

/** A file is compared again. What it brings to light is for a recheck to judge: nothing of the file changes by itself. */
function compareFile(record: CaseRecord, { result }: ComparisonFacts, household: Household, context: DecisionContext): Decision<NewFact[]> {
  const assessed = assessFile(record, household, context);
  if (!assessed.accepted) return assessed;
  const compared: NewFact = { type: 'comparisonRecorded', result, household };
  const figures = assessed.value ? [assessed.value.fact, ...recheckCall(record, assessed.value.assessment)] : [];
  const callsForRecheck = result !== 'consistent' && record.state === 'active';
  return accepted([compared, ...figures, ...(callsForRecheck ? [{ type: 'recheckCalledFor' as const, because: 'comparison' as const }] : [])]);
}

/** The latest report counts: what it found replaces what an earlier one had found. */
function withComparedIncome(household: Household, extraIncomeFen: Fen): Household {
  const declared = withoutComparedIncome(household);
  return extraIncomeFen > 0 ? { ...declared, undeclaredIncomeFen: extraIncomeFen } : declared;
}
