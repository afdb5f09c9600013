import type { CaseFact } from '../case-events';
import { assessToday } from './classification';
import { accepted, type Decision } from '../refusal';
import { checkHouseholdDates, withFact, type DecisionContext, type NewFact } from './decide';

export type OpeningFacts = Omit<Extract<CaseFact, { type: 'applicationSubmitted' }>, 'type' | 'previousCaseId'> & { previousCaseId?: string };

/**
 * The first facts of a case. The declared figures are assessed at once where the tables allow it, so that everybody
 * sees where the household stands; where they do not (no policy in force, no living standard), the application is taken
 * in all the same, and the review is refused until they are there.
 */
export function openCase({ previousCaseId, ...facts }: OpeningFacts, context: DecisionContext): Decision<NewFact[]> {
  const wrongDate = checkHouseholdDates(facts.household, context.today);
  if (wrongDate) return wrongDate;
  const submitted = { type: 'applicationSubmitted' as const, ...facts, previousCaseId: previousCaseId ?? null };
  const opened = withFact(null, submitted, context);
  const assessed = assessToday(opened, facts.household, context);
  if (!assessed.accepted) return accepted([submitted]);
  const { assessment, policy } = assessed.value;
  return accepted([submitted, { type: 'assessed', assessment, policy: { id: policy.id, version: policy.version } }]);
}
