import { auditKindOf, isInRecord } from '../../../api/audited-operations';
import { OPERATIONS } from '../../../access/operations';
import { COMMAND_NAMES } from '../../../workflows/case/commands';

/** Shows or does nothing to any case or person. */
const LEFT_OUT = ['assessHousehold', 'checkLive', 'checkMaterials', 'checkReady', 'computeNoticePeriod', 'downloadImportTemplate', 'listConsentTexts', 'listOrganisations', 'whoAmI'];

test('exactly the operations that touch nobody are not in the audit', () => {
  const notAudited = Object.keys(OPERATIONS).filter((operation) => auditKindOf(operation, 'GET') === undefined);
  expect(notAudited.sort()).toEqual(LEFT_OUT);
});

test('an operation that nobody has thought of is in the audit', () => {
  expect(auditKindOf('listSomethingNew', 'GET')).toBe('read');
  expect(auditKindOf('doSomethingNew', 'POST')).toBe('command');
});

test('what is carried out without a trace in the record of a case is not taken for a command of it', () => {
  const others = ['claimTask', 'releaseTask', 'reassignTask', 'advanceSimulation', 'uploadFileImport', 'login', 'logout', 'getCase', 'listCases', 'downloadFileImportResult'];
  expect(others.filter(isInRecord)).toEqual([]);
  expect([...COMMAND_NAMES, 'submitApplication', 'importFile'].every(isInRecord)).toBe(true);
});

test.each([
  ['login', 'POST', 'signIn'],
  ['downloadFileImportResult', 'GET', 'export'],
  ['listAuditEntries', 'GET', 'audit'],
  ['claimTask', 'POST', 'command'],
  ['getCase', 'HEAD', 'read'],
])('%s (%s) is of kind %s', (operation, method, kind) => {
  expect(auditKindOf(operation, method)).toBe(kind);
});
