import { expectProblem } from '../given/problem';
import { givenExiting, givenPhaseOut, isFoundToLeave } from '../given/file-life';
import { ServiceClient, type Json } from '../given/service-client';
import { WalkedCase, type ImportChoice, type UsualCommand } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

async function foundToLeave(choice: ImportChoice): Promise<WalkedCase> {
  const walked = await WalkedCase.importFile(client, choice);
  await isFoundToLeave(walked);
  return walked;
}

async function relapsed(choice: ImportChoice): Promise<WalkedCase> {
  const walked = await givenPhaseOut(client, choice);
  await walked.does('reportRelapse');
  await walked.does('recordVisit', { household: walked.household('deep') });
  return walked;
}

const imported = (choice: ImportChoice) => WalkedCase.importFile(client, choice);
const exiting = (choice: ImportChoice) => givenExiting(client, choice);
const phasingOut = (choice: ImportChoice) => givenPhaseOut(client, choice);
const confirmed = async (choice: ImportChoice) => {
  const walked = await givenExiting(client, choice);
  await walked.does('confirmExit', { by: 'worker' });
  await walked.does('confirmExit', { by: 'grassroots' });
  return walked;
};

/** What the union that owns the file does, with a place where it is awaited. */
const OWNERS: [command: UsualCommand, there: (choice: ImportChoice) => Promise<WalkedCase>, fields: Json][] = [
  ['changeAidLevel', imported, {}],
  ['notifyExit', foundToLeave, {}],
  ['verifyExit', exiting, { by: 'reviewingUnion' }],
  ['concludeExit', confirmed, {}],
  ['dismissRelapse', relapsed, {}],
  ['reopenFile', relapsed, { hardshipClass: 'deep' }],
];

describe('what the owner of a file does', () => {
  test.each(OWNERS)('%s: not the county below a city that owns the file', async (command, there, fields) => {
    const walked = await there({ hardshipClass: 'deep', by: 'wx.handler' });
    const body = { ...walked.usual(command), ...fields };
    expect(expectProblem(await walked.send(command, 'wx-liangxi.handler', body), 403, 'FORBIDDEN')).toMatchObject({ role: 'handler', orgId: 'wx' });
    expect((await walked.send(command, 'wx.handler', body)).status).toBe(200);
  });

  test.each(OWNERS)('%s: the city above a county that owns the file may act in its place, a stranger finds no file', async (command, there, fields) => {
    const walked = await there({});
    const body = { ...walked.usual(command), ...fields };
    for (const stranger of ['wx-xishan.handler', 'bz.handler', 'km-wuhua.handler']) expectProblem(await walked.send(command, stranger, body), 404, 'NOT_FOUND');
    expect((await walked.send(command, 'wx.handler', body)).status).toBe(200);
  });
});

/** What the grassroots union does. */
const CLERKS: [command: UsualCommand, there: (choice: ImportChoice) => Promise<WalkedCase>, fields: Json][] = [
  ['recordRecheck', imported, {}],
  ['updateFile', imported, {}],
  ['confirmExit', exiting, { by: 'grassroots' }],
  ['refuseExit', exiting, {}],
  ['verifyExit', exiting, { by: 'unitOrCommunityUnion' }],
  ['recordFollowUp', phasingOut, {}],
  ['reportRelapse', phasingOut, {}],
];

test.each(CLERKS)('%s is for the clerk of the household\'s own union: another grassroots union of the same county finds no file', async (command, there, fields) => {
  const walked = await there({});
  const body = { ...walked.usual(command), ...fields };
  for (const stranger of ['wx-liangxi-c1.clerk', 'wx-xishan-e1.clerk', 'bz-qiaocheng-e1.clerk']) expectProblem(await walked.send(command, stranger, body), 404, 'NOT_FOUND');
  expect((await walked.send(command, walked.clerk, body)).status).toBe(200);
});

test('the file that the city owns is rechecked, updated and followed up by the county\'s clerk, and not by the county\'s handler', async () => {
  const walked = await givenPhaseOut(client, { hardshipClass: 'deep', by: 'wx.handler' });
  expect((await walked.send('recordFollowUp', walked.clerk, walked.usual('recordFollowUp'))).status).toBe(200);
  const active = await WalkedCase.importFile(client, { hardshipClass: 'deep', by: 'wx.handler' });
  for (const command of ['recordRecheck', 'updateFile'] as const) {
    expectProblem(await active.send(command, 'wx-liangxi.handler', active.usual(command)), 403, 'FORBIDDEN');
    for (const as of [active.clerk, 'wx.handler']) expect((await active.send(command, as, active.usual(command))).status).toBe(200);
  }
});
