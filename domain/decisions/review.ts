import type { MonitoringGroup, ReviewDecision } from '../case-facts';
import type { HardshipClass } from '../hardship-class-names';
import { accepted, refused, type Decision } from '../refusal';
import { policyInForce } from '../reference';
import { classify } from './classification';
import { comparisonIsDue, comparisonRequired } from './comparison-duty';
import type { Decide, DecisionContext, NewFact } from './decide';
import type { CaseRecord } from '../case-record';

export interface ReviewFacts {
  decision: ReviewDecision;
  hardshipClass?: HardshipClass;
  hasClassReason: boolean;
  stillStruggling?: { group: MonitoringGroup; subReason?: string };
}

/**
 * 初审 by the grassroots union: judges truth and completeness, so it may pass whatever the figures say (R-WX-03).
 * The class that it names, or the recommended one, decides who reviews next (R-WX-05a…c).
 */
export const decidePreliminaryReview: Decide<ReviewFacts> = (record, facts, context) => {
  const decided: NewFact = { type: 'preliminaryReviewDecided', decision: facts.decision };
  if (facts.decision !== 'pass') return accepted([decided, ...turnedDown(record, facts)]);
  const classified = classify(record, record.household, context, facts);
  return classified.accepted ? accepted([decided, ...classified.value.facts]) : classified;
};

/**
 * 审核 by the union that the class and the territory name. Where it finds another class that belongs to another
 * union, the case is handed over and that union decides.
 */
export const decideUpperReview: Decide<ReviewFacts> = (record, facts, context) => {
  const decided: NewFact = { type: 'upperReviewDecided', decision: facts.decision };
  if (facts.decision !== 'pass') return accepted([decided, ...turnedDown(record, facts)]);
  return passUpperReview(record, facts, context, decided);
};

function passUpperReview(record: CaseRecord, facts: ReviewFacts, context: DecisionContext, decided: NewFact): Decision<NewFact[]> {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const comesFirst = record.standing?.comparison.position === 'beforeUpperReview';
  if (comesFirst && comparisonIsDue(record, policy.value, context.today)) return refused(comparisonRequired(record));
  const classified = classify(record, record.household, context, facts);
  if (!classified.accepted) return classified;
  const { facts: outcome, hardshipClass, reviewerChanged, assessment } = classified.value;
  if (hardshipClass === 'none') return refused({ code: 'CLASS_NOT_ELIGIBLE', eligible: assessment.eligible });
  return accepted(reviewerChanged ? outcome : [decided, ...outcome]);
}

function turnedDown(record: CaseRecord, facts: ReviewFacts): NewFact[] {
  if (facts.decision === 'return') return [{ type: 'returnedForCorrection', from: record.state }];
  const struggling = facts.stillStruggling;
  const monitored: NewFact[] = struggling
    ? [{ type: 'monitoringOpened', group: struggling.group, subReason: struggling.subReason ?? null, source: 'rejectedButStruggling', until: null }]
    : [];
  return [{ type: 'caseRejected' }, ...monitored];
}
