import { shanghaiDateAt } from '../../domain/calendar-date';
import type { CaseView } from '../../api/schemas/case';
import type { JsonObject } from '../../rehearse/json';
import type { Command } from './stages';

/** Far above four times any living standard. */
const WELL_PAID_FEN = 30_000_000;

/**
 * The commands with which a file is left: a recheck finds that the household earns enough, both sides confirm, and the owner waives
 * the phase-out, so that the case is closed on the same day.
 */
export function leavingCommands(view: CaseView, clerk: string, household: JsonObject): Command[] {
  const handler = `${view.hardshipFile?.ownerOrgId ?? ''}.handler`;
  const today = shanghaiDateAt(Date.parse(view.now));
  return [
    { operation: 'recordRecheck', as: clerk, input: { doneOn: today, visitedOn: today, outcome: 'liftOut', household: wellOff(household) } },
    { operation: 'notifyExit', as: handler, input: {} },
    { operation: 'confirmExit', as: clerk, input: { by: 'worker' } },
    { operation: 'confirmExit', as: clerk, input: { by: 'grassroots' } },
    { operation: 'concludeExit', as: handler, input: { phaseOutMonths: 0 } },
  ];
}

function wellOff(household: JsonObject): JsonObject {
  const members = household.members as JsonObject[];
  const rigidExpenses = Object.fromEntries(Object.keys(household.rigidExpenses as JsonObject).map((kind) => [kind, 0]));
  return {
    members: members.map(({ memberNo, relation, birthOn }) => ({ memberNo, relation, birthOn, annualIncomeFen: relation === 'self' ? WELL_PAID_FEN : 0 })),
    rigidExpenses,
  };
}
