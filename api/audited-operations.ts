import type { AuditKind } from '../store/audit-entry.store';
import { COMMAND_NAMES } from '../workflows/case/commands';

/** These show nothing of any case or person. Every other operation is in the audit, one that is added tomorrow included. */
const NOT_AUDITED: ReadonlySet<string> = new Set([
  'checkLive',
  'checkReady',
  'whoAmI',
  'assessHousehold',
  'checkMaterials',
  'listConsentTexts',
  'computeNoticePeriod',
  'downloadImportTemplate',
  'listOrganisations',
]);

const KINDS: Readonly<Record<string, AuditKind>> = {
  login: 'signIn',
  requestCode: 'signIn',
  confirmCode: 'signIn',
  startOidcSignIn: 'signIn',
  finishOidcSignIn: 'signIn',
  logout: 'signIn',
  changePassword: 'signIn',
  startSecondFactor: 'signIn',
  confirmSecondFactor: 'signIn',
  provideSecondFactor: 'signIn',
  listSessions: 'signIn',
  endSession: 'signIn',
  signOutEverywhere: 'signIn',
  // Asked for in a body, for the sake of what it asks by.
  searchCases: 'read',
  decodeEnginePayloads: 'read',
  downloadFileImportResult: 'export',
  downloadDocument: 'export',
  exportPersonalData: 'export',
  revealField: 'reveal',
  listAuditEntries: 'audit',
  listAccessesToCase: 'audit',
  listAuditOfPerson: 'audit',
};

/** Once carried out, these are in the hash-chained record of their case, with who, for whom and when (ADR 030). */
const IN_RECORD: ReadonlySet<string> = new Set(['submitApplication', 'importFile', ...COMMAND_NAMES]);

/** What kind of entry an operation makes; undefined for one that makes none. */
export function auditKindOf(operation: string, method: string): AuditKind | undefined {
  if (NOT_AUDITED.has(operation)) return undefined;
  return KINDS[operation] ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'command');
}

/** Whether carrying it out leaves its trace in the case's own chain. */
export function isInRecord(operation: string): boolean {
  return IN_RECORD.has(operation);
}
