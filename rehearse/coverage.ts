import type { OpenApiClient } from './openapi-client';
import type { Scenario } from './scenario';

/**
 * Operations the scenario needs and the service's OpenAPI document does not list, in the order of the scenario. Looked
 * up before anything is played, so that a scenario is either played whole or reported as not yet covered.
 */
export function uncoveredOperations(scenario: Scenario, client: OpenApiClient): string[] {
  return [...neededOperations(scenario)].filter((id) => !client.findOperation(id));
}

/** The steps' own operations, and those the player adds to sign in, to read a saved case and to move its clock. */
function neededOperations({ steps }: Scenario): Set<string> {
  const needed = new Set(steps.flatMap((step) => ('do' in step ? [step.do] : [])));
  if (steps.some(({ as }) => typeof as === 'string')) needed.add('login');
  const looksAtCases = steps.some((step) => !('do' in step) || step.on !== undefined);
  if (looksAtCases) needed.add('getCase');
  if (looksAtCases && steps.some(({ at }) => at !== undefined)) needed.add('advanceSimulation');
  return needed;
}
