import type { CaseState, Role } from '../domain/case-facts';
import type { Duty } from '../domain/duties';
import { GRASSROOTS, OWN, OWNER, reachOf, REVIEWER, SUBTREE, type Reach, type Relation } from './relations';

/** Administrators see no case content: a line for cases that names them does not compile. */
export type CaseRole = Exclude<Role, 'admin'>;

/** What one role may do: to cases in these relations, and only while they are in one of these states, where any are named. */
export interface Grant {
  relations: readonly Relation[];
  /** The role does the work of this one: what the case awaits of a handler, a head may do as well. */
  insteadOf?: CaseRole;
  /** Of a command that comes in kinds: only these. */
  kinds?: readonly string[];
}

export type Grants = Partial<Record<CaseRole, Grant>>;

/** One line of the table. */
export type Access =
  /** Nobody needs to be signed in. `states`: of the case that it is about. */
  | { for: 'everybody'; states?: readonly CaseState[] }
  /** Everybody of the unions who is signed in, with whatever role; `applicants`: they as well. */
  | { for: 'signedIn'; applicants?: true }
  /** These roles; about no case. What it is about belongs to a union of the own subtree. */
  | { for: 'roles'; roles: readonly Role[] }
  /** These roles, each for the cases in its relations. `except`: whoever did one of these before, in the same case, may not. */
  | { for: 'case'; grants: Grants; states?: readonly CaseState[]; except?: readonly Duty[] };

const EVERYBODY: Access = { for: 'everybody' };
const SIGNED_IN: Access = { for: 'signedIn' };
const SIGNED_IN_OR_APPLICANT: Access = { for: 'signedIn', applicants: true };
const forRoles = (...roles: Role[]): Access => ({ for: 'roles', roles });
const onCase = (grants: Grants, limits: Pick<Access & { for: 'case' }, 'states' | 'except'> = {}): Access => ({ for: 'case', grants, ...limits });

const itsClerk: Grants = { clerk: { relations: GRASSROOTS } };
/** The applicant of the case, who does himself what a clerk otherwise does for him. */
const itsApplicant: Grants = { applicant: { relations: OWN, insteadOf: 'clerk' } };
const ownersHandler: Grants = { handler: { relations: OWNER } };
/** The union that decides or pays, and none above it (ADR 012). */
const only = (...relations: Relation[]): Grant => ({ relations });

const READERS: Grants = {
  clerk: { relations: GRASSROOTS },
  handler: { relations: SUBTREE },
  head: { relations: SUBTREE },
  leader: { relations: SUBTREE },
  member1: { relations: SUBTREE },
  member2: { relations: SUBTREE },
  member3: { relations: SUBTREE },
  finance: { relations: SUBTREE },
  treasurer: { relations: SUBTREE },
  auditor: { relations: SUBTREE },
  supervisor: { relations: SUBTREE },
};

/** Reading that shows an applicant the own case as well. */
const READERS_AND_APPLICANT: Grants = { ...READERS, ...itsApplicant };

/** Scans of identity cards and diagnoses are for those who judge a case by them. */
const PAPER_READERS: Grants = Object.fromEntries(Object.entries(READERS).filter(([role]) => role !== 'finance' && role !== 'treasurer' && role !== 'supervisor'));

/** Those who look after the others. */
const WATCHERS: Grants = { auditor: { relations: SUBTREE }, supervisor: { relations: SUBTREE } };

/** The union that keeps the papers: that of the file, else the reviewing one, else the one above the grassroots union; which of them, {@link unionInCharge} says. */
const IN_CHARGE = only('owner', 'reviewer', 'above.grassroots');
const OVERSEERS: Grants = { auditor: { relations: SUBTREE }, supervisor: { relations: SUBTREE } };

/** A file is there from its establishing on, and stays when it has left. */
const WITH_A_FILE: readonly CaseState[] = ['disbursement', 'active', 'exiting', 'phaseOut', 'closed'];

/**
 * The access table: every operation has its line, and a route without one does not start.
 *
 * It says who; when is said by the case, which names the commands that it awaits and of which union. A command is for whoever
 * has the role, and whose union stands to the case as its line says (`workflows/case/wait.ts`). Reading follows the same
 * lines: from the relations comes the predicate of every query (`store/case-reach.ts`).
 */
const TABLE = {
  checkLive: EVERYBODY,
  checkReady: EVERYBODY,
  login: EVERYBODY,
  startOidcSignIn: EVERYBODY,
  finishOidcSignIn: EVERYBODY,
  requestCode: EVERYBODY,
  confirmCode: EVERYBODY,
  logout: SIGNED_IN_OR_APPLICANT,
  whoAmI: SIGNED_IN_OR_APPLICANT,
  changePassword: SIGNED_IN,
  startSecondFactor: SIGNED_IN,
  confirmSecondFactor: SIGNED_IN,
  provideSecondFactor: SIGNED_IN,
  listSessions: SIGNED_IN_OR_APPLICANT,
  endSession: SIGNED_IN_OR_APPLICANT,
  signOutEverywhere: SIGNED_IN_OR_APPLICANT,

  listUsers: forRoles('admin'),
  createUser: forRoles('admin'),
  setUserRoles: forRoles('admin'),
  disableUser: forRoles('admin'),
  enableUser: forRoles('admin'),
  resetPassword: forRoles('admin'),
  resetSecondFactor: forRoles('admin'),
  linkOidcSubject: forRoles('admin'),
  createMachineClient: forRoles('admin'),
  listMachineClients: forRoles('admin'),
  revokeMachineClient: forRoles('admin'),

  submitApplication: onCase({ clerk: { relations: GRASSROOTS }, handler: { relations: SUBTREE }, ...itsApplicant }),
  importFile: onCase({ handler: { relations: SUBTREE } }),
  uploadFileImport: forRoles('handler'),
  downloadImportTemplate: forRoles('handler', 'head'),
  listFileImportBatches: forRoles('handler', 'head'),
  getFileImportBatch: forRoles('handler', 'head'),
  downloadFileImportResult: forRoles('handler', 'head'),

  signAuthorization: onCase({ ...itsClerk, ...itsApplicant }),
  withdrawAuthorization: onCase({ ...itsClerk, ...itsApplicant }),
  listConsents: onCase({ ...READERS, ...itsApplicant }),
  listConsentTexts: SIGNED_IN_OR_APPLICANT,
  addMaterials: onCase({ ...itsClerk, ...itsApplicant }),
  acceptApplication: onCase(itsClerk),
  returnForCorrection: onCase({ ...itsClerk, handler: { relations: REVIEWER } }),
  withdrawApplication: onCase({ ...itsClerk, ...itsApplicant }),
  recordVisit: onCase(itsClerk),
  decidePreliminaryReview: onCase(itsClerk),
  postNotice: onCase({ clerk: only('grassroots'), handler: only('reviewer', 'owner') }),
  raiseObjection: EVERYBODY,
  resolveObjection: onCase({ clerk: only('grassroots'), handler: only('reviewer', 'owner') }),
  getPublicNotice: { for: 'everybody', states: ['notice1', 'notice2', 'exiting'] },
  recordComparison: onCase({ handler: { relations: [...REVIEWER, ...OWNER] } }),
  decideUpperReview: onCase({ handler: only('reviewer') }, { except: ['visitor'] }),
  proposeAidPlan: onCase({ handler: { relations: [...REVIEWER, ...OWNER] } }),
  decideCollectively: onCase({ head: only('reviewer', 'owner') }, { except: ['caseHandler', 'proposer'] }),
  prepareDisbursement: onCase({ finance: only('owner') }, { except: ['caseHandler', 'proposer', 'accountChanger'] }),
  releaseDisbursement: onCase({ treasurer: only('owner') }, { except: ['caseHandler', 'proposer', 'accountChanger'] }),
  getDisbursement: onCase({ finance: { relations: OWNER }, treasurer: { relations: OWNER }, auditor: { relations: OWNER }, supervisor: { relations: OWNER } }),
  changeAidLevel: onCase({ ...ownersHandler, head: { relations: OWNER, insteadOf: 'handler' } }),

  recordRecheck: onCase({ ...itsClerk, ...ownersHandler, head: { relations: OWNER, insteadOf: 'handler' } }),
  updateFile: onCase({ ...itsClerk, ...ownersHandler }),
  notifyExit: onCase(ownersHandler),
  // The worker's own word; that of the grassroots union is its clerk's.
  confirmExit: onCase({ ...itsClerk, applicant: { relations: OWN, insteadOf: 'clerk', kinds: ['worker'] } }),
  refuseExit: onCase({ ...itsClerk, ...itsApplicant }),
  verifyExit: onCase({ ...itsClerk, ...ownersHandler }),
  concludeExit: onCase(ownersHandler),
  recordFollowUp: onCase({ ...itsClerk, handler: { relations: GRASSROOTS, insteadOf: 'clerk' } }),
  reportRelapse: onCase({ ...itsClerk, handler: { relations: SUBTREE }, ...itsApplicant }),
  dismissRelapse: onCase(ownersHandler),
  reopenFile: onCase(ownersHandler),

  getCase: onCase(READERS_AND_APPLICANT),
  listCases: onCase(READERS_AND_APPLICANT),
  searchCases: onCase(READERS),
  listCaseEvents: onCase(READERS),
  getCaseProcess: onCase(READERS_AND_APPLICANT),
  getHardshipFile: onCase(READERS, { states: WITH_A_FILE }),
  listNotifications: onCase(READERS_AND_APPLICANT),
  advanceSimulation: onCase(READERS_AND_APPLICANT),
  /** Which field, access/field-masks.ts says. */
  revealField: onCase({
    clerk: { relations: GRASSROOTS },
    handler: { relations: SUBTREE },
    head: { relations: SUBTREE },
    finance: only('owner'),
    treasurer: only('owner'),
  }),
  // The person is told by whom, by role, and why.
  listReveals: onCase({ auditor: { relations: SUBTREE }, ...itsApplicant }),

  rateService: onCase(itsApplicant),
  getServiceRating: onCase({ head: { relations: SUBTREE }, ...WATCHERS, ...itsApplicant }),
  countServiceRatings: onCase({ head: { relations: SUBTREE }, ...WATCHERS }),

  // Of what is there an applicant gets what he uploaded himself (api/documents.ts).
  uploadDocument: onCase({ clerk: { relations: GRASSROOTS }, handler: { relations: SUBTREE }, ...itsApplicant }),
  listDocuments: onCase({ ...PAPER_READERS, ...itsApplicant }),
  createDownloadLink: onCase({ ...PAPER_READERS, ...itsApplicant }),
  downloadDocument: onCase({ ...PAPER_READERS, ...itsApplicant }),

  exportPersonalData: onCase({ handler: IN_CHARGE, head: IN_CHARGE }),
  listDueDestructions: onCase({ handler: IN_CHARGE, head: IN_CHARGE }),
  proposeDestruction: onCase({ handler: IN_CHARGE }),
  approveDestruction: onCase({ head: IN_CHARGE }),
  rejectDestruction: onCase({ handler: IN_CHARGE, head: IN_CHARGE }),
  getDestruction: onCase({ handler: IN_CHARGE, head: IN_CHARGE, ...OVERSEERS }),
  getDestructionCertificate: onCase({ handler: { relations: SUBTREE }, head: { relations: SUBTREE }, ...OVERSEERS }),
  placeLegalHold: onCase({ handler: IN_CHARGE, head: IN_CHARGE, ...OVERSEERS }),
  // Who may lift which, domain/legal-hold.ts says.
  liftLegalHold: onCase({ head: IN_CHARGE, ...OVERSEERS }),

  delegateDuties: SIGNED_IN,
  revokeDelegation: SIGNED_IN,
  listDelegations: SIGNED_IN,
  declareRelation: onCase(READERS),
  declareIdentity: forRoles('admin'),

  listTasks: onCase(READERS),
  claimTask: onCase(READERS),
  releaseTask: onCase(READERS),
  reassignTask: onCase({ head: { relations: SUBTREE } }),

  assessHousehold: SIGNED_IN,
  checkMaterials: SIGNED_IN,
  computeNoticePeriod: SIGNED_IN,

  // For an applicant all of them, to say where he works.
  listOrganisations: SIGNED_IN_OR_APPLICANT,

  // What administrators see of it is signing in, and nothing else (api/routes/audit.ts).
  listAuditEntries: forRoles('auditor', 'supervisor', 'admin'),
  listAccessesToCase: onCase(WATCHERS),
  listAuditOfPerson: onCase(WATCHERS),

  /** What the engine keeps of a case, for whoever has to find out why its workflow does not go on. */
  decodeEnginePayloads: onCase({ operator: { relations: SUBTREE } }),
} as const satisfies Record<string, Access>;

export type OperationId = keyof typeof TABLE;
export const OPERATIONS: Readonly<Record<OperationId, Access>> = TABLE;

export function isOperation(id: string): id is OperationId {
  return Object.hasOwn(OPERATIONS, id);
}

/** Whether somebody with these roles may use an operation at all; undefined: who is not signed in. */
export function mayUse(operation: OperationId, roles: readonly Role[] | undefined): boolean {
  const access = OPERATIONS[operation];
  switch (access.for) {
    case 'everybody':
      return true;
    case 'signedIn':
      return roles !== undefined && (access.applicants === true || !roles.includes('applicant'));
    case 'roles':
      return roles?.some((role) => access.roles.includes(role)) ?? false;
    case 'case':
      return roles?.some((role) => role !== 'admin' && access.grants[role] !== undefined) ?? false;
  }
}

/** Whether an operation needs somebody to be signed in. */
export function needsSignIn(operation: OperationId): boolean {
  return OPERATIONS[operation].for !== 'everybody';
}

/** The relations in which a case must stand for somebody with these roles; none where the operation is not theirs or about no case. */
export function relationsFor(operation: OperationId, roles: readonly Role[]): Set<Relation> {
  const access = OPERATIONS[operation];
  if (access.for !== 'case') return new Set();
  return new Set(roles.flatMap((role) => (role === 'admin' ? [] : [...(access.grants[role]?.relations ?? [])])));
}

/** The cases for which an operation is somebody's. */
export function reachFor(operation: OperationId, { orgPath, roles, applicant }: { orgPath: string; roles: readonly Role[]; applicant?: { index: string } }): Reach {
  return reachOf(orgPath, relationsFor(operation, roles), applicant?.index);
}

/** The relations in which somebody with these roles may do what a case awaits of the role `awaited`, in this kind where it comes in kinds. */
export function relationsInPlaceOf(operation: OperationId, roles: readonly Role[], awaited: Role, kind?: string): Set<Relation> {
  const access = OPERATIONS[operation];
  if (access.for !== 'case') return new Set();
  const fitting = roles.flatMap((role) => {
    const grant = role === 'admin' ? undefined : access.grants[role];
    const isOfKind = grant?.kinds === undefined || (kind !== undefined && grant.kinds.includes(kind));
    return grant && isOfKind && (role === awaited || grant.insteadOf === awaited) ? [...grant.relations] : [];
  });
  return new Set(fitting);
}

/** Whether the operation is possible at all for a case in this state. */
export function isForState(operation: OperationId, state: CaseState): boolean {
  const access = OPERATIONS[operation];
  return !('states' in access) || access.states === undefined || access.states.includes(state);
}

/** What is done in person only: a delegate does not do it on somebody's behalf. */
const IN_PERSON: ReadonlySet<OperationId> = new Set<OperationId>([
  'delegateDuties',
  'revokeDelegation',
  'declareRelation',
  'declareIdentity',
  'uploadFileImport',
  // Whoever lifts does not approve, and one name is kept of it.
  'liftLegalHold',
  'logout',
  'changePassword',
  'startSecondFactor',
  'confirmSecondFactor',
  'provideSecondFactor',
  'listSessions',
  'endSession',
  'signOutEverywhere',
]);

export function isInPerson(operation: OperationId): boolean {
  return IN_PERSON.has(operation);
}

/** What a session serves to while its user still owes a password of his own or a second factor. */
const FIRST_STEPS: readonly OperationId[] = ['whoAmI', 'logout', 'changePassword', 'startSecondFactor', 'confirmSecondFactor', 'provideSecondFactor'];

export function isFirstStep(operation: OperationId): boolean {
  return FIRST_STEPS.includes(operation);
}

/** What nobody may have done in the case who carries out the operation. */
export function exceptDuties(operation: OperationId): readonly Duty[] {
  const access = OPERATIONS[operation];
  return (access.for === 'case' ? access.except : undefined) ?? [];
}
