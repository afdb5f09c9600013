import { mayUse, needsSignIn, OPERATION_ACCESS, type OperationId } from '../../../api/operation-access';
import { ROLES, type Role } from '../../../domain/case-facts';
import { COMMAND_NAMES } from '../../../workflows/case/commands';

const OPERATIONS = Object.keys(OPERATION_ACCESS) as OperationId[];
/** Who carries out each command, by the contract. */
const DOERS: Partial<Record<OperationId, Role[]>> = {
  submitApplication: ['clerk', 'handler'],
  signAuthorization: ['clerk'],
  addMaterials: ['clerk'],
  acceptApplication: ['clerk'],
  returnForCorrection: ['clerk', 'handler'],
  withdrawApplication: ['clerk'],
  recordVisit: ['clerk'],
  decidePreliminaryReview: ['clerk'],
  postNotice: ['clerk', 'handler'],
  resolveObjection: ['clerk', 'handler'],
  recordComparison: ['handler'],
  decideUpperReview: ['handler'],
  proposeAidPlan: ['handler'],
  decideCollectively: ['head'],
  prepareDisbursement: ['finance'],
  releaseDisbursement: ['treasurer'],
  reassignTask: ['head'],
};
const CASE_CONTENT: OperationId[] = ['getCase', 'listCases', 'listCaseEvents', 'getCaseProcess', 'getHardshipFile', 'listTasks', 'listNotifications', 'advanceSimulation'];

test.each(Object.entries(DOERS) as [OperationId, Role[]][])('%s is for %j and nobody else', (operation, doers) => {
  expect(ROLES.filter((role) => mayUse(operation, [role]))).toEqual(ROLES.filter((role) => doers.includes(role)));
  expect(mayUse(operation, undefined)).toBe(false);
  expect(mayUse(operation, [])).toBe(false);
});
test('every command of the workflow has its line', () => {
  expect(COMMAND_NAMES.filter((command) => !(command in OPERATION_ACCESS))).toEqual([]);
});
test('open to everyone: health, logging in, raising an objection; nothing else', () => {
  expect(OPERATIONS.filter((operation) => !needsSignIn(operation)).sort()).toEqual(['checkLive', 'checkReady', 'login', 'raiseObjection']);
  expect(OPERATIONS.filter((operation) => mayUse(operation, undefined)).sort()).toEqual(['checkLive', 'checkReady', 'login', 'raiseObjection']);
});
test('administrators see no case content and carry out no command', () => {
  const forAdmin = OPERATIONS.filter((operation) => needsSignIn(operation) && mayUse(operation, ['admin']));
  expect(forAdmin.sort()).toEqual(['assessHousehold', 'checkMaterials', 'computeNoticePeriod', 'listAuditEntries', 'listOrganisations', 'logout', 'whoAmI']);
});
test('auditors and supervisors read every case and change nothing', () => {
  for (const role of ['auditor', 'supervisor'] as const) {
    expect(CASE_CONTENT.filter((operation) => !mayUse(operation, [role]))).toEqual([]);
    expect(Object.keys(DOERS).filter((operation) => mayUse(operation as OperationId, [role]))).toEqual([]);
  }
});
test('who has several roles may do what any of them may', () => {
  expect(mayUse('prepareDisbursement', ['auditor', 'finance'])).toBe(true);
});
test('the calculators are for everybody who is signed in, with whatever role', () => {
  for (const role of ROLES) expect(mayUse('assessHousehold', [role])).toBe(true);
});
