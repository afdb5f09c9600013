import type { Role } from '../domain/case-facts';

/** Which roles may use an operation; the object's own scope comes on top. `public`: nobody needs to be signed in. */
type Access = 'public' | 'signedIn' | readonly Role[];

const CASE_READERS: readonly Role[] = [
  'clerk',
  'handler',
  'head',
  'leader',
  'member1',
  'member2',
  'member3',
  'finance',
  'treasurer',
  'auditor',
  'supervisor',
];

/** The access table: every operation has its line, and a route without one does not start. Administrators see no case content. */
export const OPERATION_ACCESS = {
  checkLive: 'public',
  checkReady: 'public',
  login: 'public',
  logout: 'signedIn',
  whoAmI: 'signedIn',

  submitApplication: ['clerk', 'handler'],
  importFile: ['handler'],
  uploadFileImport: ['handler'],
  downloadImportTemplate: ['handler', 'head'],
  listFileImportBatches: ['handler', 'head'],
  getFileImportBatch: ['handler', 'head'],
  downloadFileImportResult: ['handler', 'head'],
  signAuthorization: ['clerk'],
  addMaterials: ['clerk'],
  acceptApplication: ['clerk'],
  returnForCorrection: ['clerk', 'handler'],
  withdrawApplication: ['clerk'],
  recordVisit: ['clerk'],
  decidePreliminaryReview: ['clerk'],
  postNotice: ['clerk', 'handler'],
  raiseObjection: 'public',
  resolveObjection: ['clerk', 'handler'],
  recordComparison: ['handler'],
  decideUpperReview: ['handler'],
  proposeAidPlan: ['handler'],
  decideCollectively: ['head'],
  prepareDisbursement: ['finance'],
  releaseDisbursement: ['treasurer'],
  changeAidLevel: ['handler', 'head'],

  recordRecheck: ['clerk', 'handler', 'head'],
  updateFile: ['clerk', 'handler'],
  notifyExit: ['handler'],
  confirmExit: ['clerk'],
  refuseExit: ['clerk'],
  verifyExit: ['clerk', 'handler'],
  concludeExit: ['handler'],
  recordFollowUp: ['clerk', 'handler'],
  reportRelapse: ['clerk', 'handler'],
  dismissRelapse: ['handler'],
  reopenFile: ['handler'],
  getDisbursement: ['finance', 'treasurer', 'auditor', 'supervisor'],

  getCase: CASE_READERS,
  listCases: CASE_READERS,
  listCaseEvents: CASE_READERS,
  getCaseProcess: CASE_READERS,
  getHardshipFile: CASE_READERS,
  listNotifications: CASE_READERS,
  advanceSimulation: CASE_READERS,

  listTasks: CASE_READERS,
  claimTask: CASE_READERS,
  releaseTask: CASE_READERS,
  reassignTask: ['head'],

  assessHousehold: 'signedIn',
  checkMaterials: 'signedIn',
  computeNoticePeriod: 'signedIn',

  listOrganisations: 'signedIn',

  // What administrators see of it is signing in, and nothing else (routes/audit.ts).
  listAuditEntries: ['auditor', 'supervisor', 'admin'],
  listAccessesToCase: ['auditor', 'supervisor'],
  listAuditOfPerson: ['auditor', 'supervisor'],
} as const satisfies Record<string, Access>;

export type OperationId = keyof typeof OPERATION_ACCESS;

/** Whether somebody with these roles may use an operation at all. */
export function mayUse(operation: OperationId, roles: readonly Role[] | undefined): boolean {
  const access: Access = OPERATION_ACCESS[operation];
  if (access === 'public') return true;
  if (!roles) return false;
  return access === 'signedIn' || roles.some((role) => access.includes(role));
}

/** Whether an operation needs somebody to be signed in. */
export function needsSignIn(operation: OperationId): boolean {
  return OPERATION_ACCESS[operation] !== 'public';
}
