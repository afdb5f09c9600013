import { randomUUID } from 'node:crypto';
import type { CaseView } from '../../../api/schemas/case';
import { shanghaiDateAt } from '../../../domain/calendar-date';
import { COMMAND_NAMES, type CommandName } from '../../../workflows/case/commands';
import { givenApplication, householdOf, LIANGXI } from '../given/application';
import { freshPhone, ownPapers, type Telephone } from '../given/applicant';
import { freshPerson } from '../given/id-number';
import type { Json } from '../given/service-client';
import { importOf, type UsualCommand, type WalkedCase } from '../given/walked-case';

/** What a request of the matrix is about, and who sends it. */
export interface Target {
  walked?: WalkedCase;
  /** Letter of whoever sends it. */
  letter: string;
  /** Ids of objects that stand there for it, by the name of the path's parameter. */
  ids: Readonly<Record<string, string>>;
  /** User name of the sender. */
  sender: string;
  password: string;
  /** Of an applicant who sends it. */
  telephone?: Telephone;
}

const TODAY = shanghaiDateAt(Date.now());
const CITY_NOTICE = { first: 'employer', second: 'sameLevelMedia', exit: 'employer' };

export function isCommand(operation: string): operation is CommandName {
  return (COMMAND_NAMES as readonly string[]).includes(operation);
}

/** In which kind a sender would send a command that comes in kinds. */
export function kindOf(operation: string, letter: string, { state }: Pick<CaseView, 'state'>): string | undefined {
  switch (operation) {
    case 'postNotice':
    case 'raiseObjection':
    case 'resolveObjection':
    case 'getPublicNotice':
      return state === 'notice2' ? 'second' : state === 'exiting' ? 'exit' : 'first';
    case 'confirmExit':
      return 'worker';
    case 'verifyExit':
      return letter === 'c' ? 'unitOrCommunityUnion' : 'reviewingUnion';
    default:
      return undefined;
  }
}

/** Path parameters, and the rest of the body or query, of a request that is right by itself. @throws Error for an operation that has none here */
export function inputOf(name: string, target: Target): Json {
  const { walked, ids } = target;
  const operation = name.split('/')[0] ?? '';
  const ownBody = BODIES[name];
  if (ownBody) return { ...ids, ...ownBody(target) };
  if (walked && isCommand(operation)) return { ...ids, caseId: walked.id, ...commandBody(operation, walked, target) };
  throw new Error(`test/integration/security/requests.ts has no request for ${name}`);
}

function commandBody(command: CommandName, walked: WalkedCase, { letter, ids }: Target): Json {
  const kind = kindOf(command, letter, walked.view);
  switch (command) {
    case 'raiseObjection':
      return { kind, about: '反映情况不实' };
    case 'resolveObjection':
      return { kind, objectionId: walked.view.notices.at(-1)?.objections[0]?.id ?? randomUUID(), outcome: 'dismissed', finding: '查无实据' };
    case 'releaseDisbursement':
      return { disbursementId: ids.disbursementId };
    case 'postNotice':
      return { kind, medium: 'noticeBoard', place: CITY_NOTICE[kind as 'first'] };
    case 'confirmExit':
      return { by: kind };
    case 'verifyExit':
      return { by: kind, finding: '核实达到退档标准' };
    case 'concludeExit':
      return {};
    default:
      return walked.usual(command satisfies UsualCommand);
  }
}

const nothing = () => ({});
const aboutCase = ({ walked }: Target): Json => ({ caseId: walked?.id });
const household = () => {
  const { annualIncomeFen, ...costs } = householdOf('relative');
  return { members: [{ memberNo: 1, relation: 'self', birthOn: '1990-01-01', annualIncomeFen }], ...costs };
};
const newPapers = () => givenApplication({ at: LIANGXI });

/** A case is rated once; the same once more is the same answer. */
export const RATING = { score: 5 };

const BODIES: Record<string, (target: Target) => Json> = {
  checkLive: nothing,
  checkReady: nothing,
  login: ({ password }) => ({ username: 'wx-liangxi.member3', password }),
  startOidcSignIn: nothing,
  finishOidcSignIn: () => ({ code: 'x', state: 'y' }),
  requestCode: () => ({ phone: freshPhone() }),
  confirmCode: () => ({ phone: freshPhone(), code: '000000', idNumber: freshPerson().idNumber }),
  logout: nothing,
  whoAmI: nothing,
  changePassword: () => ({ currentPassword: 'not-the-password', newPassword: 'vier-Kraniche-im-Regen' }),
  startSecondFactor: nothing,
  confirmSecondFactor: () => ({ code: '000000' }),
  provideSecondFactor: () => ({ code: '000000' }),
  listSessions: nothing,
  endSession: nothing,
  signOutEverywhere: nothing,

  listUsers: nothing,
  createUser: () => ({ name: `mx-${randomUUID().slice(0, 13)}`, orgId: 'wx-liangxi', roles: ['handler'] }),
  setUserRoles: () => ({ roles: ['handler'] }),
  disableUser: nothing,
  enableUser: nothing,
  resetPassword: nothing,
  resetSecondFactor: nothing,
  linkOidcSubject: () => ({ subject: null }),
  declareIdentity: () => ({ idNumber: freshPerson().idNumber }),
  createMachineClient: () => ({ name: '比对平台', orgId: 'wx-liangxi', scopes: ['getCase'], expiresInDays: 1 }),
  listMachineClients: nothing,
  revokeMachineClient: nothing,

  // Applicants file for themselves: the first does, the other one for somebody else.
  submitApplication: ({ telephone, letter }) => ({ ...(telephone ? ownPapers(newPapers(), letter === 'p' ? telephone : { phone: freshPhone(), idNumber: freshPerson().idNumber }) : newPapers()) }),
  importFile: () => importOf(newPapers(), { hardshipClass: 'relative', establishedOn: '2023-11-13' }),
  uploadFileImport: nothing,
  downloadImportTemplate: nothing,
  listFileImportBatches: nothing,
  getFileImportBatch: nothing,
  downloadFileImportResult: nothing,

  getPublicNotice: ({ walked, letter }) => ({ caseId: walked?.id, kind: walked && kindOf('getPublicNotice', letter, walked.view) }),
  getDisbursement: nothing,
  getCase: aboutCase,
  listCases: nothing,
  searchCases: () => ({ applicantName: '柏禾禾' }),
  listCaseEvents: aboutCase,
  getCaseProcess: aboutCase,
  getHardshipFile: aboutCase,
  listNotifications: aboutCase,
  listConsents: aboutCase,
  listConsentTexts: nothing,
  advanceSimulation: ({ walked }) => ({ caseId: walked?.id, to: '2020-01-01T09:00:00+08:00' }),
  revealField: ({ walked }) => ({ caseId: walked?.id, field: 'applicant.name', reason: '核对申请人身份' }),
  listReveals: aboutCase,
  uploadDocument: aboutCase,
  listDocuments: aboutCase,
  createDownloadLink: aboutCase,
  'createDownloadLink/own': aboutCase,
  downloadDocument: nothing,
  declareRelation: aboutCase,

  rateService: (target) => ({ ...aboutCase(target), ...RATING }),
  getServiceRating: aboutCase,
  countServiceRatings: nothing,

  exportPersonalData: (target) => ({ ...aboutCase(target), requestedBy: 'person', reason: '本人申请复制' }),
  listDueDestructions: nothing,
  proposeDestruction: aboutCase,
  rejectDestruction: aboutCase,
  approveDestruction: aboutCase,
  getDestruction: aboutCase,
  getDestructionCertificate: aboutCase,
  placeLegalHold: (target) => ({ ...aboutCase(target), reason: 'litigation' }),
  liftLegalHold: aboutCase,

  delegateDuties: ({ sender }) => ({ toUser: sender, fromOn: TODAY, untilOn: TODAY, roles: ['handler'] }),
  'delegateDuties/other': ({ ids }) => ({ fromUser: ids.fromUser, toUser: ids.toUser, fromOn: TODAY, untilOn: TODAY, roles: ['handler'] }),
  revokeDelegation: nothing,
  listDelegations: nothing,
  listTasks: nothing,
  claimTask: nothing,
  releaseTask: nothing,
  reassignTask: ({ ids }) => ({ toUser: ids.toUser }),

  assessHousehold: () => ({
    onDate: '2024-03-04',
    employer: { orgId: LIANGXI.grassrootsOrgId, regionCode: LIANGXI.regionCode, affiliation: 'countyUnion' },
    residence: { regionCode: LIANGXI.regionCode },
    household: household(),
  }),
  checkMaterials: () => ({ orgId: 'wx-liangxi', onDate: '2024-03-04', claimedExpenses: [], materials: [] }),
  computeNoticePeriod: () => ({ postedOn: '2024-03-04' }),
  listOrganisations: nothing,
  listAuditEntries: () => ({ limit: 1 }),
  listAccessesToCase: (target) => ({ ...aboutCase(target), limit: 1 }),
  listAuditOfPerson: (target) => ({ ...aboutCase(target), limit: 1 }),
  decodeEnginePayloads: () => ({ payloads: [] }),
  'reportRelapse/left': (target) => ({ ...aboutCase(target), cause: '患重病', about: '收入中断' }),
};
