import { randomUUID } from 'node:crypto';
import type { Client, Connection, WorkflowHandle } from '@temporalio/client';
import { connect } from '../../../store/db';
import { caseWorkflowId, turnPageUpdate, type PageReply, type PageRequest } from '../../../workflows/case/messages';
import { until } from '../../../infra/until';
import { CaseWalk } from '../../stack/case-walk';
import { engineAccess } from '../../stack/engine-access';
import { KeyedClient } from '../../stack/keyed-client';
import { faultsInEngine, faultsOfRecord, timesInRecord } from '../../stack/record-check';
import { sampleApplications } from '../../stack/sample-application';
import { testKeys, testStack } from '../../stack/test-stack';

jest.setTimeout(120_000);
const COMMANDS = 24;
const startsAt = '2024-03-04T09:00:00+08:00';
const sample = sampleApplications(7);

const stack = testStack();
const pool = connect(stack.databaseUrl, 5);
let connection: Connection;
let engine: Client;
let client: KeyedClient;
beforeAll(async () => {
  ({ connection, client: engine } = await engineAccess({ address: stack.temporalAddress, namespace: stack.temporalNamespace }, await testKeys(pool)));
  client = await KeyedClient.connect(stack.url, stack.password);
});
afterAll(async () => {
  await connection.close();
  await pool.end();
});

const handleOf = ({ caseId }: CaseWalk): WorkflowHandle => engine.workflow.getHandle(caseWorkflowId(caseId));
const runOf = async (walk: CaseWalk) => (await handleOf(walk).describe()).runId;
const turnPage = (walk: CaseWalk, request: PageRequest = {}) => handleOf(walk).executeUpdate<PageReply, [PageRequest]>(turnPageUpdate, { args: [request] });

async function untilTurned(walk: CaseWalk, runId: string): Promise<string> {
  return until(async () => ((await runOf(walk)) === runId ? undefined : runOf(walk)), { withinMs: 20_000, everyMs: 50 });
}

async function faults(walk: CaseWalk): Promise<string[]> {
  const temporal = { address: stack.temporalAddress, namespace: stack.temporalNamespace };
  return [...(await faultsOfRecord(pool, walk.caseId)), ...(await faultsInEngine(pool, await testKeys(pool), temporal, [walk.caseId]))];
}

test('a case asked to turn its page goes on in a new run at once, on the same day of its clock, and its open notice closes there', async () => {
  const walk = await CaseWalk.submit(client, sample({ startsAt }));
  const before = await walk.until((view) => view.notices.length > 0);
  const runId = await runOf(walk);
  expect(await turnPage(walk)).toEqual({ turned: true });
  await untilTurned(walk, runId);
  const after = await walk.now();
  expect({ ...after, now: null }).toEqual({ ...before, now: null });
  expect(Date.parse(after.now) - Date.parse(before.now)).toBeLessThan(60_000);
  const { notices } = await walk.untilState('upperReview');
  expect(notices).toEqual([expect.objectContaining({ postedOn: '2024-03-04', closesOn: '2024-03-11', closedOn: '2024-03-11' })]);
  expect(await faults(walk)).toEqual([]);
});

test('a case that is on the wanted version stays in its run', async () => {
  const walk = await CaseWalk.submit(client, sample({ startsAt }));
  const runId = await runOf(walk);
  const { raw } = await handleOf(walk).describe();
  const buildId = raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? '';
  expect(buildId).toMatch(/^[0-9a-f]{16}$/);
  expect(await turnPage(walk, { buildId })).toEqual({ turned: false });
  await walk.untilState('visit');
  expect(await runOf(walk)).toBe(runId);
});

test('commands under pages that are turned again and again: each is carried out once and answered, none is refused for the gap', async () => {
  const walk = await CaseWalk.submit(client, sample({ startsAt }));
  let runId = await runOf(walk);
  const runs = new Set([runId]);
  const calls = Array.from({ length: COMMANDS }, () => ({
    operation: 'addMaterials',
    as: walk.clerk,
    caseId: walk.caseId,
    input: { items: [{ kind: 'medicalBill' }] },
    key: randomUUID(),
  }));
  const callers = [0, 1, 2].map(async (caller) => {
    const answers = [];
    for (const call of calls.filter((_call, index) => index % 3 === caller)) answers.push(await client.call(call));
    return answers;
  });
  const turning = (async () => {
    while (runs.size < 5) {
      await turnPage(walk);
      runs.add((runId = await untilTurned(walk, runId)));
    }
  })();
  const answers = (await Promise.all(callers)).flat();
  await turning;
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(await Promise.all(calls.map(({ as, key }) => timesInRecord(pool, as, key, 'materialsAdded')))).toEqual(calls.map(() => 1));
  expect(await faults(walk)).toEqual([]);
});

test('a case whose run was terminated behind the service is not refused: it is told to come again', async () => {
  const walk = await CaseWalk.submit(client, sample({ startsAt }));
  await handleOf(walk).terminate('by a test');
  const call = { operation: 'addMaterials', as: walk.clerk, caseId: walk.caseId, input: { items: [{ kind: 'medicalBill' }] }, key: randomUUID() };
  expect(await client.call(call)).toMatchObject({ status: 503, body: { code: 'ENGINE_UNAVAILABLE' } });
  expect(await timesInRecord(pool, call.as, call.key, 'materialsAdded')).toBe(0);
});
