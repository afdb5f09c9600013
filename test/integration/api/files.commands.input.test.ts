import { expectProblem, pathsOf } from '../given/problem';
import { givenApplication } from '../given/application';
import { givenExiting, givenPhaseOut, isFoundToLeave } from '../given/file-life';
import { ServiceClient, type Json } from '../given/service-client';
import { importOf, WalkedCase, type UsualCommand } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

async function relapsed(): Promise<WalkedCase> {
  const walked = await givenPhaseOut(client);
  await walked.does('reportRelapse');
  await walked.does('recordVisit', { household: walked.household('relative') });
  return walked;
}

async function foundToLeave(): Promise<WalkedCase> {
  const walked = await WalkedCase.importFile(client);
  await isFoundToLeave(walked);
  return walked;
}

/** Every new command with a place where it is awaited, and all that it may be told. */
const COMMANDS: [command: UsualCommand, there: () => Promise<WalkedCase>, fields: (walked: WalkedCase) => Json][] = [
  [
    'recordRecheck',
    () => WalkedCase.importFile(client),
    (walked) => ({ household: walked.household('relative'), minLivingStandardFen: 1, hardshipClass: 'deep', reason: '说明', evidence: ['visitForm'] }),
  ],
  ['updateFile', () => WalkedCase.importFile(client), (walked) => ({ household: walked.household('relative') })],
  ['changeAidLevel', () => WalkedCase.importFile(client), () => ({ materialChange: { kind: '就业', evidence: '合同' } })],
  ['notifyExit', foundToLeave, () => ({})],
  ['confirmExit', () => givenExiting(client), () => ({})],
  ['refuseExit', () => givenExiting(client), () => ({ evidence: '证明' })],
  ['verifyExit', () => givenExiting(client), () => ({})],
  ['concludeExit', () => givenExiting(client), () => ({ phaseOutMonths: 3, contactPerson: '联系人甲' })],
  ['recordFollowUp', () => givenPhaseOut(client), () => ({})],
  ['reportRelapse', () => givenPhaseOut(client), () => ({ simulation: { startsAt: '2024-03-04T09:00:00+08:00' } })],
  ['dismissRelapse', relapsed, () => ({})],
  ['reopenFile', relapsed, () => ({})],
];

/** What nobody means to send. A value may be right for one field and wrong for another; the service's own fault it never is. */
const JUNK: unknown[] = [null, '', 'x'.repeat(5000), '\u0000', "'; drop table case_event; --", -1, 0.5, 1e15, true, [null], {}, '2024-02-30', '9999-12-31'];

test.each(COMMANDS)('%s answers whatever it is told with a refusal or a case, and never with a fault', async (command, there, fields) => {
  const walked = await there();
  const as = walked.whoIsAwaited(command);
  const right = { ...walked.usual(command), ...fields(walked) };
  const sent = [...Object.keys(right), 'unheardOf'].flatMap((field) => JUNK.map((junk) => ({ ...right, [field]: junk })));
  for (const body of sent) {
    const { status } = await walked.send(command, as, body);
    expect([200, 201, 400, 403, 409, 422]).toContain(status);
  }
  for (const raw of ['', '[]', 'null', '"text"', '{', '{"household":{"members":[]}}']) {
    const operation = client.operations.get(command);
    const path = operation?.path.replace('{caseId}', walked.id) ?? '';
    const { status } = await client.send({ method: 'POST', path, as, body: raw, headers: { 'content-type': 'application/json' } });
    expect([200, 201, 400, 409, 422]).toContain(status);
  }
});

test('importFile answers whatever it is told with a refusal or a case, and never with a fault', async () => {
  const right = importOf(givenApplication(), { hardshipClass: 'relative', establishedOn: '2023-11-13', monthlyLivingAidFen: 1 });
  for (const field of Object.keys(right)) {
    for (const junk of JUNK) {
      const { status } = await client.call('importFile', 'wx-liangxi.handler', { ...right, [field]: junk });
      expect([201, 400, 409, 422]).toContain(status);
    }
  }
});

test.each<[command: UsualCommand, body: Json, paths: string[]]>([
  ['recordRecheck', { doneOn: '2024-13-01', visitedOn: 'gestern', outcome: 'maybe', evidence: 'a' }, ['body.doneOn', 'body.evidence', 'body.outcome', 'body.visitedOn']],
  ['updateFile', { visit: 'yes' }, ['body.visit']],
  ['changeAidLevel', { monthlyLivingAidFen: -1, materialChange: {} }, ['body.materialChange.evidence', 'body.materialChange.kind', 'body.monthlyLivingAidFen']],
  ['confirmExit', { by: 'handler' }, ['body.by']],
  ['refuseExit', {}, ['body.reason', 'body.validReason']],
  ['verifyExit', { by: 'worker' }, ['body.by', 'body.finding']],
  ['concludeExit', { phaseOutMonths: 1.5, contactPerson: '13800000000' }, ['body.contactPerson', 'body.phaseOutMonths']],
  ['recordFollowUp', { metOn: '2024-02-30' }, ['body.finding', 'body.metOn']],
  ['reportRelapse', { simulation: {} }, ['body.about', 'body.cause', 'body.simulation.startsAt']],
  ['dismissRelapse', {}, ['body.reason']],
  ['reopenFile', { hardshipClass: 'none' }, ['body.hardshipClass', 'body.reason']],
])('%s tells every mistake at once', async (command, body, paths) => {
  const walked = await WalkedCase.importFile(client);
  const role = ['recordRecheck', 'updateFile', 'confirmExit', 'refuseExit', 'recordFollowUp', 'reportRelapse'].includes(command) ? walked.clerk : 'wx-liangxi.handler';
  expect(pathsOf(expectProblem(await walked.send(command, role, body), 400, 'INVALID_INPUT'))).toEqual(paths);
});

test('another applicant, and persons of another file, do not come in with new figures', async () => {
  const [walked, other] = [await WalkedCase.importFile(client), await WalkedCase.importFile(client)];
  const { household } = walked.application;
  const stranger = other.application.household.members[0]?.idNumber;
  const swapped = { ...household, members: [{ ...household.members[0], idNumber: stranger }] };
  for (const command of ['recordRecheck', 'updateFile'] as const) {
    expect(pathsOf(expectProblem(await walked.send(command, walked.clerk, { ...walked.usual(command), household: swapped }), 400, 'INVALID_INPUT'))).toEqual(['body.household.members.0.idNumber']);
    const taken = { ...household, members: [...household.members, { memberNo: 2, relation: 'sibling', idNumber: stranger, annualIncomeFen: 0 }] };
    expect(expectProblem(await walked.send(command, walked.clerk, { ...walked.usual(command), household: taken }), 409, 'HOUSEHOLD_ALREADY_FILED').linkedTo).toBe(other.id);
  }
});
