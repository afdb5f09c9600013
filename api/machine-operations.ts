import type { Role } from '../domain/case-facts';
import type { OperationId } from '../access/operations';

/**
 * What a machine may be allowed at all, and the role in which it then acts: reading, and the results of comparisons. Never
 * money, approval, or the full value of a masked field, whatever scopes somebody gives it.
 */
export const MACHINE_OPERATIONS: Partial<Record<OperationId, Role>> = {
  recordComparison: 'handler',

  getCase: 'auditor',
  listCases: 'auditor',
  listCaseEvents: 'auditor',
  getCaseProcess: 'auditor',
  getHardshipFile: 'auditor',
  listTasks: 'auditor',

  listOrganisations: 'auditor',
  assessHousehold: 'auditor',
  checkMaterials: 'auditor',
  computeNoticePeriod: 'auditor',
};

/** The role of a machine with these scopes in an operation; undefined where it has no business. */
export function roleOfMachine(operation: OperationId, scopes: readonly string[]): Role | undefined {
  return scopes.includes(operation) ? MACHINE_OPERATIONS[operation] : undefined;
}
