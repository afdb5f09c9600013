import type { Pool } from 'pg';
import { MachineClients } from '../../../api/sign-in/machine-clients';
import { MACHINE_OPERATIONS, roleOfMachine } from '../../../api/machine-operations';
import { mayUse, OPERATIONS, type OperationId } from '../../../access/operations';

/** By hand, and not from the implementation: whatever else comes, no machine does this. */
const NEVER = [
  'prepareDisbursement', 'releaseDisbursement', 'getDisbursement', 'changeAidLevel', 'proposeAidPlan', // money
  'decidePreliminaryReview', 'decideUpperReview', 'decideCollectively', 'resolveObjection', 'concludeExit', 'reopenFile', // approval
  'createUser', 'setUserRoles', 'disableUser', 'enableUser', 'resetPassword', 'resetSecondFactor', 'linkOidcSubject', 'createMachineClient', 'revokeMachineClient', 'listUsers', 'listMachineClients',
  'login', 'changePassword', 'startSecondFactor', 'confirmSecondFactor', 'provideSecondFactor', 'listSessions', 'endSession', 'signOutEverywhere',
  'importFile', 'uploadFileImport', 'advanceSimulation', 'claimTask', 'reassignTask',
]; // prettier-ignore
/** What a machine changes anything by. */
const ACTS = ['recordComparison'];

test('machines read and compare', () => {
  const reading = Object.keys(MACHINE_OPERATIONS).filter((operation) => !ACTS.includes(operation));
  for (const operation of reading) expect(operation).toMatch(/^(get|list|assess|check|compute)/);
});
test.each(NEVER)('no machine does %s, whatever its scopes say', (operation) => {
  expect(Object.keys(OPERATIONS)).toContain(operation);
  expect(roleOfMachine(operation as OperationId, [operation])).toBeUndefined();
});
test('nothing to do with revealing a masked field is open to machines', () => {
  expect(Object.keys(MACHINE_OPERATIONS).filter((operation) => /reveal|export|download/i.test(operation))).toEqual([]);
});
test('a machine acts only within its scopes, in a role that may do it', () => {
  for (const operation of Object.keys(MACHINE_OPERATIONS) as OperationId[]) {
    expect(roleOfMachine(operation, [])).toBeUndefined();
    const role = roleOfMachine(operation, [operation]);
    expect(role && mayUse(operation, [role])).toBe(true);
  }
});
test('a session whose random token begins as those of machines do is a session', () => {
  const machines = new MachineClients({} as unknown as Pool); // never asked
  expect(machines.isMachineToken(`bh_${'x'.repeat(40)}`)).toBe(false);
  expect(machines.isMachineToken(`bh_${'0'.repeat(16)}_${'x'.repeat(43)}`)).toBe(true);
});
