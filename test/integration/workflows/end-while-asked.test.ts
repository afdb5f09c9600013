import type { Client, Connection } from '@temporalio/client';
import { until } from '../../../infra/until';
import { connect } from '../../../store/db';
import { caseWorkflowId, untilQuietUpdate, type QuietReply } from '../../../workflows/case/messages';
import { givenPhaseOut } from '../given/file-life';
import { ServiceClient } from '../given/service-client';
import { dayAfter } from '../given/walked-case';
import { engineAccess } from '../../stack/engine-access';
import type { History } from '../../stack/history-files';
import { testKeys, testStack } from '../../stack/test-stack';

jest.setTimeout(120_000);
const { databaseUrl, temporalAddress, temporalNamespace } = testStack();
const pool = connect(databaseUrl, 3);
let connection: Connection;
let client: Client;
beforeAll(async () => {
  ({ connection, client } = await engineAccess({ address: temporalAddress, namespace: temporalNamespace }, await testKeys(pool)));
});
afterAll(async () => {
  await connection.close();
  await pool.end();
});

/** Whether the case has taken a question, or anything else, since its last timer fired. */
function asksAfterTheTimer(events: NonNullable<History['events']>): boolean {
  const lastOf = (isIt: (event: (typeof events)[number]) => unknown) => events.findLastIndex((event) => Boolean(isIt(event)));
  return lastOf((event) => event.workflowExecutionUpdateAcceptedEventAttributes) > lastOf((event) => event.timerFiredEventAttributes);
}

/** Found by the chaos test: the question waited for a quiet that never came, and the case's run for the question. */
test('a case that ends while somebody waits for it to be quiet answers, and its run ends', async () => {
  const walked = await givenPhaseOut(await ServiceClient.connect(testStack()));
  const handle = client.workflow.getHandle(caseWorkflowId(walked.id));
  const lock = await pool.connect();
  try {
    const { rows } = await lock.query<{ pid: number }>('select pg_backend_pid() as pid');
    await lock.query('begin');
    await lock.query('select 1 from hardship_case where id = $1 for update', [walked.id]);
    const advanced = walked.advanceTo(dayAfter(walked.view.phaseOut?.endsOn ?? '')).catch((error: unknown) => error); // told to come again: the last step waits for the lock
    const blocked = async () => (await pool.query('select 1 from pg_stat_activity where $1 = any(pg_blocking_pids(pid))', [rows[0]?.pid])).rowCount ?? 0;
    await until(async () => (await blocked()) > 0 || undefined, { withinMs: 20_000, everyMs: 20 });
    const asked = handle.executeUpdate<QuietReply, []>(untilQuietUpdate);
    await until(async () => asksAfterTheTimer((await handle.fetchHistory()).events ?? []) || undefined, { withinMs: 60_000, everyMs: 200 });
    await lock.query('rollback');
    expect(await asked).toMatchObject({ state: 'closed' });
    expect(await handle.result()).toBe('closed');
    await advanced;
  } finally {
    lock.release(true);
  }
});
