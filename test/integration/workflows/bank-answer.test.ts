import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { until } from '../../../infra/until';
import { connect } from '../../../store/db';
import { caseWorkflowId } from '../../../workflows/case/messages';
import { CaseWalk } from '../../stack/case-walk';
import type { History } from '../../stack/history-files';
import { KeyedClient } from '../../stack/keyed-client';
import { sampleApplications } from '../../stack/sample-application';
import { testStack } from '../../stack/test-stack';

jest.setTimeout(120_000);
const sample = sampleApplications(87);

/** Past the release of the money; the bank has still to answer. */
async function released(): Promise<{ walk: CaseWalk; client: KeyedClient }> {
  const { url, password } = testStack();
  const client = await KeyedClient.connect(url, password);
  const walk = await CaseWalk.submit(client, sample({ startsAt: '2024-03-04T09:00:00+08:00' }));
  await walk.step(await walk.until((view) => view.disbursements.some(({ state }) => state === 'prepared')));
  return { walk, client };
}

/** Found by the chaos test: the answer was lost, the money was paid, and the case waited for ever. */
test('commands that are carried out while the bank owes its answer do not lose the answer', async () => {
  const { walk } = await released();
  // The bank takes a while; the file is corrected meanwhile, time and again.
  await until(
    async () => {
      await walk.does('updateFile', walk.clerk, { visit: false });
      return (await walk.now()).payments.every(({ state }) => state === 'paid') || undefined;
    },
    { withinMs: 15_000, everyMs: 10 },
  );
  expect(await walk.untilState('active')).toMatchObject({ payments: [expect.objectContaining({ state: 'paid' })] });
});

/** Whether the second of the two calls to the bank, which fetches its answer, is done, and a task of the case has begun since. */
function handsOverTheAnswer(events: NonNullable<History['events']>): boolean {
  const done = events.flatMap(({ activityTaskCompletedEventAttributes: completed }, index) => (completed ? [index] : []));
  return done[1] !== undefined && events.slice(done[1]).some(({ workflowTaskStartedEventAttributes: started }) => started);
}

/** Found by the chaos test: the answer named the version of the step after it, and a repetition the right one. */
test('a command that the bank overtakes while its step is written is answered with the version of its own step', async () => {
  const { databaseUrl, temporalAddress, temporalNamespace } = testStack();
  const pool = connect(databaseUrl, 2);
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    const { walk, client } = await released();
    const lock = await pool.connect();
    await lock.query('begin');
    const { rows } = await lock.query<{ isPaid: boolean }>(`select record @> '{"payments": [{"state": "paid"}]}' as "isPaid" from hardship_case where id = $1 for update`, [walk.caseId]);
    expect(rows).toEqual([{ isPaid: false }]);

    const answer = client.call({ operation: 'updateFile', as: walk.clerk, caseId: walk.caseId, input: { visit: false }, key: randomUUID() });
    const handle = new Client({ connection, namespace: temporalNamespace }).workflow.getHandle(caseWorkflowId(walk.caseId));
    // While the step waits for the lock, the engine has the bank's answer and hands it to the case.
    await until(async () => handsOverTheAnswer((await handle.fetchHistory()).events ?? []) || undefined, { withinMs: 40_000, everyMs: 200 });
    await lock.query('rollback');
    lock.release();

    const { status, body } = await answer;
    expect(status).toBe(200);
    const { rows: commands } = await pool.query<{ version: number }>(`select result_version as version from command where case_id = $1 and operation = 'updateFile'`, [walk.caseId]);
    expect(commands).toEqual([{ version: body.version }]);
    expect((await walk.untilState('active')).version).toBeGreaterThan(Number(body.version));
  } finally {
    await connection.close();
    await pool.end();
  }
});
