import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { connect } from '../../../store/db';
import { caseWorkflowId } from '../../../workflows/case/messages';
import { CaseWalk } from '../../stack/case-walk';
import { KeyedClient, type KeyedAnswer } from '../../stack/keyed-client';
import { faultsInEngine, faultsOfRecord, timesInRecord } from '../../stack/record-check';
import { sampleApplications } from '../../stack/sample-application';
import { testKeys, testStack } from '../../stack/test-stack';

jest.setTimeout(120_000);
const COMMANDS = 40;
/** A run ends at the first wait past this many events of its history (workflows/case/case-context.ts). */
const EVENTS_PER_RUN = 350;
const sample = sampleApplications(4);

const stack = testStack();
const pool = connect(stack.databaseUrl, 5);
let connection: Connection;
let engine: Client;
let client: KeyedClient;
beforeAll(async () => {
  connection = await Connection.connect({ address: stack.temporalAddress });
  engine = new Client({ connection, namespace: stack.temporalNamespace });
  client = await KeyedClient.connect(stack.url, stack.password);
});
afterAll(async () => {
  await connection.close();
  await pool.end();
});

async function runOf(caseId: string): Promise<{ runId: string; events: number }> {
  const { runId, historyLength } = await engine.workflow.getHandle(caseWorkflowId(caseId)).describe();
  return { runId, events: historyLength };
}

test('forty commands at once, while the case goes over into its next run: each is carried out once and answered, none is refused for the gap', async () => {
  const walk = await CaseWalk.submit(client, sample({ startsAt: '2024-03-04T09:00:00+08:00' }));
  await walk.until((view) => view.notices.length > 0);
  const { runId: firstRun } = await runOf(walk.caseId);
  while ((await runOf(walk.caseId)).events < EVENTS_PER_RUN - 30) await walk.does('addMaterials', walk.clerk, { items: [{ kind: 'medicalBill' }] });
  expect((await runOf(walk.caseId)).runId).toBe(firstRun);

  const call = (isObjection: boolean) =>
    isObjection
      ? { operation: 'raiseObjection', as: null, caseId: walk.caseId, input: { kind: 'first', about: '有异议' }, key: randomUUID() }
      : { operation: 'addMaterials', as: walk.clerk, caseId: walk.caseId, input: { items: [{ kind: 'studentCard' }] }, key: randomUUID() };
  const calls = Array.from({ length: COMMANDS }, (_none, index) => call(index % 2 === 0));
  const answers = await Promise.all(calls.map((one) => client.call(one)));
  // A run ends when nobody waits for an answer any more: callers who come one after another meet the gap, those above the full page.
  await Promise.all(
    [1, 2, 3].map(async () => {
      for (let more = 0; more < COMMANDS / 4; more++) {
        const next = call(false);
        const answer = await client.call(next);
        calls.push(next);
        answers.push(answer);
      }
    }),
  );
  expect((await runOf(walk.caseId)).runId).not.toBe(firstRun);
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);

  const times = () => Promise.all(calls.map(({ operation, as, key }) => timesInRecord(pool, as, key, operation === 'addMaterials' ? 'materialsAdded' : 'objectionRaised')));
  expect(await times()).toEqual(calls.map(() => 1));
  const repeated = await Promise.all(calls.map((one) => client.call(one)));
  const told = ({ body: { id, version, awaiting, objectionId } }: KeyedAnswer) => ({ id, version, awaiting, objectionId });
  expect(repeated.map(told)).toEqual(answers.map(told));
  expect(await times()).toEqual(calls.map(() => 1));
  expect(await faultsOfRecord(pool, walk.caseId)).toEqual([]);
  expect(await faultsInEngine(pool, await testKeys(pool), { address: stack.temporalAddress, namespace: stack.temporalNamespace }, [walk.caseId])).toEqual([]);
});

test('the command that ends a run is answered with what is awaited in the next one, and the case goes on there by its own clock', async () => {
  const walk = await CaseWalk.submit(client, sample({ startsAt: '2024-03-04T09:00:00+08:00' }));
  const { runId: firstRun } = await runOf(walk.caseId);
  for (let commands = 0; (await runOf(walk.caseId)).runId === firstRun; commands++) {
    expect(commands).toBeLessThan(EVENTS_PER_RUN);
    const view = await client.done({ operation: 'addMaterials', as: walk.clerk, caseId: walk.caseId, input: { items: [{ kind: 'medicalBill' }] }, key: randomUUID() });
    expect(view.awaiting).toEqual([expect.objectContaining({ command: 'acceptApplication' })]);
  }
  const view = await walk.untilState('upperReview'); // over a notice: the case's own clock goes on as well
  expect(view.notices).toEqual([expect.objectContaining({ postedOn: '2024-03-04', closesOn: '2024-03-11', closedOn: '2024-03-11' })]);
  expect((await runOf(walk.caseId)).events).toBeLessThan(100);
});
