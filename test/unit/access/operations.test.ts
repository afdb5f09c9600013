import { isFirstStep, isInPerson, mayUse, needsSignIn, OPERATIONS, relationsFor, relationsInPlaceOf, type OperationId } from '../../../access/operations';
import { ROLES, type Role } from '../../../domain/case-facts';
import { COMMAND_NAMES } from '../../../workflows/case/commands';

const IDS = Object.keys(OPERATIONS) as OperationId[];
/** Who carries out each command, by the contract. */
const DOERS: Partial<Record<OperationId, Role[]>> = {
  submitApplication: ['clerk', 'handler'],
  signAuthorization: ['clerk'],
  withdrawAuthorization: ['clerk'],
  exportPersonalData: ['handler', 'head'],
  proposeDestruction: ['handler'],
  approveDestruction: ['head'],
  rejectDestruction: ['handler', 'head'],
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

const ADMINISTRATION: OperationId[] = [
  'listUsers', 'createUser', 'setUserRoles', 'disableUser', 'enableUser', 'resetPassword', 'resetSecondFactor', 'linkOidcSubject', 'declareIdentity',
  'createMachineClient', 'listMachineClients', 'revokeMachineClient',
]; // prettier-ignore
const OF_EVERYBODY: OperationId[] = [
  'delegateDuties', 'listDelegations', 'revokeDelegation',
  'assessHousehold', 'checkMaterials', 'computeNoticePeriod', 'listConsentTexts', 'listAuditEntries', 'listOrganisations', 'logout', 'whoAmI',
  'changePassword', 'startSecondFactor', 'confirmSecondFactor', 'provideSecondFactor', 'listSessions', 'endSession', 'signOutEverywhere',
]; // prettier-ignore

test.each(Object.entries(DOERS) as [OperationId, Role[]][])('%s is for %j and nobody else', (operation, doers) => {
  expect(ROLES.filter((role) => mayUse(operation, [role]))).toEqual(ROLES.filter((role) => doers.includes(role)));
  expect(mayUse(operation, undefined)).toBe(false);
  expect(mayUse(operation, [])).toBe(false);
});
test('every command of the workflow has its line', () => {
  expect(COMMAND_NAMES.filter((command) => !(command in OPERATIONS))).toEqual([]);
});
const OPEN = ['checkLive', 'checkReady', 'confirmCode', 'finishOidcSignIn', 'getPublicNotice', 'login', 'raiseObjection', 'requestCode', 'startOidcSignIn'];
test('open to everyone: health, logging in, reading an open notice and objecting to it; nothing else', () => {
  expect(IDS.filter((operation) => !needsSignIn(operation)).sort()).toEqual(OPEN);
  expect(IDS.filter((operation) => mayUse(operation, undefined)).sort()).toEqual(OPEN);
});
test('administrators see no case content and carry out no command', () => {
  const forAdmin = IDS.filter((operation) => needsSignIn(operation) && mayUse(operation, ['admin']));
  expect(forAdmin.sort()).toEqual([...ADMINISTRATION, ...OF_EVERYBODY].sort());
});
test.each(ADMINISTRATION)('%s is for administrators and nobody else', (operation) => {
  expect(ROLES.filter((role) => mayUse(operation, [role]))).toEqual(['admin']);
});
test('while a password or a second factor is owed, nothing serves but to give it, to look who one is and to leave', () => {
  expect(IDS.filter(isFirstStep).sort()).toEqual(['changePassword', 'confirmSecondFactor', 'logout', 'provideSecondFactor', 'startSecondFactor', 'whoAmI']);
});
test('auditors and supervisors read every case and change nothing', () => {
  for (const role of ['auditor', 'supervisor'] as const) {
    expect(CASE_CONTENT.filter((operation) => !mayUse(operation, [role]))).toEqual([]);
    expect(Object.keys(DOERS).filter((operation) => mayUse(operation as OperationId, [role]))).toEqual([]);
  }
});
test('holds are placed by those who keep the papers and by overseers, and lifted by their head or an overseer, in person', () => {
  expect(ROLES.filter((role) => mayUse('placeLegalHold', [role]))).toEqual(['handler', 'head', 'auditor', 'supervisor']);
  expect(ROLES.filter((role) => mayUse('liftLegalHold', [role]))).toEqual(['head', 'auditor', 'supervisor']);
  expect(isInPerson('liftLegalHold')).toBe(true);
});
test('who has several roles may do what any of them may', () => {
  expect(mayUse('prepareDisbursement', ['auditor', 'finance'])).toBe(true);
});
test('the calculators are for everybody who is signed in, with whatever role', () => {
  for (const role of ROLES) expect(mayUse('assessHousehold', [role])).toBe(true);
});
test('R-WX-05a: the upper review is for the reviewing union itself, money for the owner of the file itself, and no relation reaches an administrator', () => {
  expect([...relationsFor('decideUpperReview', ['handler'])]).toEqual(['reviewer']);
  for (const operation of ['prepareDisbursement', 'releaseDisbursement'] as const) expect([...relationsFor(operation, ['finance', 'treasurer'])]).toEqual(['owner']);
  for (const operation of IDS) expect([...relationsFor(operation, ['admin'])]).toEqual([]);
});
test('a head does what is awaited of the handler where the table says so, and nothing else of a handler\'s', () => {
  expect(relationsInPlaceOf('recordRecheck', ['head'], 'handler').has('owner')).toBe(true);
  expect(relationsInPlaceOf('recordRecheck', ['head'], 'clerk').size).toBe(0);
  for (const operation of ['decideUpperReview', 'proposeAidPlan', 'postNotice'] as const) expect(relationsInPlaceOf(operation, ['head'], 'handler').size).toBe(0);
});
test('several roles reach what any of them reaches', () => {
  expect([...relationsFor('getCase', ['clerk'])]).toEqual(['grassroots', 'above.grassroots']);
  expect(relationsFor('getCase', ['clerk', 'auditor']).size).toBe(6);
});
test('what the engine keeps of a case is for operators and for nobody else, an administrator least of all; of the case itself they see nothing', () => {
  expect(ROLES.filter((role) => mayUse('decodeEnginePayloads', [role]))).toEqual(['operator']);
  expect(mayUse('decodeEnginePayloads', undefined)).toBe(false);
  expect(IDS.filter((operation) => needsSignIn(operation) && mayUse(operation, ['operator']) && !OF_EVERYBODY.includes(operation))).toEqual(['decodeEnginePayloads']);
});

/** By the contract and the issue, on the own case: apply, sign, add materials, follow, confirm or refuse an exit, object, withdraw, rate. */
const OF_THE_APPLICANT: OperationId[] = [
  'submitApplication', 'signAuthorization', 'withdrawAuthorization', 'listConsents', 'addMaterials', 'withdrawApplication', 'confirmExit', 'refuseExit', 'reportRelapse', 'rateService',
  'getCase', 'listCases', 'getCaseProcess', 'listNotifications', 'listReveals', 'getServiceRating', 'advanceSimulation',
  'uploadDocument', 'listDocuments', 'createDownloadLink', 'downloadDocument',
]; // prettier-ignore
const OF_HIS_SESSION: OperationId[] = ['whoAmI', 'logout', 'listSessions', 'endSession', 'signOutEverywhere', 'listOrganisations', 'listConsentTexts'];

test('an applicant does what the contract names, looks after the own session, and nothing else', () => {
  const possible = IDS.filter((operation) => needsSignIn(operation) && mayUse(operation, ['applicant']));
  expect(possible.sort()).toEqual([...OF_THE_APPLICANT, ...OF_HIS_SESSION].sort());
});
test('whatever an applicant does, it is in relation to the own case; and nobody of a union ever stands in that relation', () => {
  for (const operation of OF_THE_APPLICANT) expect([...relationsFor(operation, ['applicant'])]).toEqual(['own']);
  for (const operation of IDS) expect(relationsFor(operation, ROLES).has('own')).toBe(false);
});
test('an applicant acts in the place of the clerk, at an exit for the worker and not for the union, and of nobody else', () => {
  for (const operation of ['signAuthorization', 'withdrawAuthorization', 'addMaterials', 'withdrawApplication', 'refuseExit', 'reportRelapse'] as const) {
    expect([...relationsInPlaceOf(operation, ['applicant'], 'clerk')]).toEqual(['own']);
    for (const role of ROLES.filter((name) => name !== 'clerk')) expect(relationsInPlaceOf(operation, ['applicant'], role).size).toBe(0);
  }
  expect([...relationsInPlaceOf('confirmExit', ['applicant'], 'clerk', 'worker')]).toEqual(['own']);
  expect(relationsInPlaceOf('confirmExit', ['applicant'], 'clerk', 'grassroots').size).toBe(0);
  expect(relationsInPlaceOf('confirmExit', ['applicant'], 'clerk').size).toBe(0);
});
