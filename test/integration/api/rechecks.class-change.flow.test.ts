import type { CaseView } from '../../../api/schemas/case';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { proposesAid } from '../given/file-life';
import { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const COUNTY = 'wx-liangxi';
const CITY = 'wx';

const ownersIn = (view: CaseView, command: string) => [...view.awaiting, ...view.possible].filter((a) => a.command === command && a.role !== 'clerk').map(({ orgId }) => orgId);

async function becomesDeep(walked: WalkedCase): Promise<CaseView> {
  return walked.does('recordRecheck', { outcome: 'changeClass', household: walked.household('deep') });
}

test('A-24: a relative file of Liangxi that becomes deep goes to the city: class, owner, tasks and interval in one step', async () => {
  const walked = await WalkedCase.importFile(client);
  await walked.advanceTo('2024-05-29'); // escalated: a task of the county's as well
  expect(ownersIn(walked.view, 'recordRecheck')).toEqual([COUNTY]);
  const { version } = walked.view;
  const after = await becomesDeep(walked);
  expect(after).toMatchObject({
    state: 'active',
    hardshipClass: 'deep',
    reviewerOrgId: CITY,
    hardshipFile: { ownerOrgId: CITY, establishedOn: '2023-11-13', reopenedOn: null },
    recheck: { everyMonths: 12, nextDueOn: '2025-05-29', stage: 'ahead' },
    notices: [],
  });
  for (const command of ['recordRecheck', 'updateFile', 'changeAidLevel', 'proposeAidPlan']) expect({ command, of: ownersIn(after, command) }).toEqual({ command, of: [CITY] });

  const { body } = await walked.send<{ items: { seq: number; type: string; data: object }[] }>('listCaseEvents', walked.clerk, { limit: 200 });
  const step = body.items.filter(({ seq }) => seq > version);
  expect(step.map(({ type }) => type)).toEqual(['recheckRecorded', 'assessed', 'classified', 'transferred', 'syncRequested', 'recheckScheduled']);
});

test('the union that has just lost a file reads it and acts on it no more', async () => {
  const walked = await WalkedCase.importFile(client);
  await becomesDeep(walked);
  expect((await walked.look(`${COUNTY}.handler`)).hardshipFile?.ownerOrgId).toBe(CITY);
  for (const command of ['recordRecheck', 'updateFile', 'changeAidLevel', 'proposeAidPlan'] as const) {
    expect(expectProblem(await walked.send(command, `${COUNTY}.handler`, walked.usual(command)), 403, 'FORBIDDEN').orgId).toBeDefined();
  }
  expect((await walked.does('changeAidLevel', {}, `${CITY}.handler`)).monthlyLivingAidFen).toBe(80_000);
});

test('a handler who acts while the file is being transferred is judged by where it is then', async () => {
  for (let round = 0; round < 5; round++) {
    const walked = await WalkedCase.importFile(client);
    const household = walked.household('deep');
    const [, level] = await Promise.all([
      walked.send('recordRecheck', walked.clerk, { ...walked.usual('recordRecheck'), outcome: 'changeClass', household }),
      walked.send('changeAidLevel', `${COUNTY}.handler`, { monthlyLivingAidFen: 70_000 }),
    ]);
    if (level.status !== 200) expectProblem(level, 403, 'FORBIDDEN');
    expect(await walked.look()).toMatchObject({ hardshipFile: { ownerOrgId: CITY }, monthlyLivingAidFen: level.status === 200 ? 70_000 : null });
  }
});

test('a deep file that becomes relative goes back to the county, and the city above may still act for it', async () => {
  const walked = await WalkedCase.importFile(client, { hardshipClass: 'deep', by: 'wx.handler' });
  expect(walked.view.hardshipFile?.ownerOrgId).toBe(CITY);
  expect(await walked.does('recordRecheck', { outcome: 'changeClass', household: walked.household('relative') })).toMatchObject({
    hardshipClass: 'relative',
    hardshipFile: { ownerOrgId: COUNTY },
    recheck: { everyMonths: 6, nextDueOn: '2024-09-04' },
  });
  expect((await walked.does('changeAidLevel', {}, 'wx.handler')).monthlyLivingAidFen).toBe(80_000);
});

test('a plan that waits for approval is decided by the group of the union that owns the file then', async () => {
  const walked = await WalkedCase.importFile(client);
  await proposesAid(walked);
  expect(walked.whoIsAwaited('decideCollectively')).toBe(`${COUNTY}.head`);
  await becomesDeep(walked);
  expect(walked.whoIsAwaited('decideCollectively')).toBe(`${CITY}.head`);
  expectProblem(await walked.send('decideCollectively', `${COUNTY}.head`, walked.usual('decideCollectively')), 403, 'FORBIDDEN');
  expect((await walked.does('decideCollectively')).payments).toMatchObject([{ state: 'planned' }]);
  expect(walked.whoIsAwaited('prepareDisbursement')).toBe(`${CITY}.finance`);
});

test('money that one union has prepared is prepared anew by the one that the file has gone to', async () => {
  const walked = await WalkedCase.importFile(client);
  await proposesAid(walked);
  await walked.does('decideCollectively');
  const { id: before } = await walked.preparesDisbursement();
  await becomesDeep(walked);
  expect(walked.view).toMatchObject({ payments: [{ state: 'planned' }], disbursements: [{ id: before, state: 'dropped' }] });
  expectProblem(await walked.send('releaseDisbursement', `${COUNTY}.treasurer`, { disbursementId: before }), 409, 'DISBURSEMENT_DROPPED');
  const { id: disbursementId } = await walked.preparesDisbursement();
  const treasurer = walked.whoIsAwaited('releaseDisbursement');
  expect(treasurer).toBe(`${CITY}.treasurer`);
  expect((await client.call('releaseDisbursement', treasurer, { disbursementId })).status).toBe(200);
  await walked.becomes(({ payments }) => payments.every(({ state }) => state === 'paid'));
});

test('rechecks count from the day of the other class, at the end of a month as well', async () => {
  const walked = await WalkedCase.importFile(client, { startsOn: '2024-08-31', establishedOn: '2024-03-15', hardshipClass: 'accidental' });
  await walked.does('recordRecheck', { outcome: 'changeClass', household: walked.household('relative') });
  expect(walked.view.recheck).toMatchObject({ everyMonths: 6, nextDueOn: '2025-02-28' });
  await walked.advanceTo('2025-02-28');
  expect((await walked.does('recordRecheck')).recheck?.nextDueOn).toBe('2025-08-31');
});
