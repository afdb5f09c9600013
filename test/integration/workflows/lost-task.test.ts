import { randomUUID } from 'node:crypto';
import { until } from '../../../infra/until';
import { caseWorkflowId } from '../../../workflows/case/messages';
import { CaseWalk } from '../../stack/case-walk';
import { engineAccess } from '../../stack/engine-access';
import { reloadShards } from '../../stack/engine-shards';
import type { History } from '../../stack/history-files';
import { OwnService } from '../../stack/own-service';
import { faultsInEngine, faultsOfRecord, recordOf, timesInRecord } from '../../stack/record-check';
import { sampleApplications } from '../../stack/sample-application';
import { untilInLine } from '../given/lock-line';

jest.setTimeout(120_000);
const sample = sampleApplications(90);
let own: OwnService;
beforeAll(async () => {
  own = await OwnService.start();
});
afterAll(() => own.stop());

/** Whether a call to the bank is done, and a task of the case has begun since. */
function handsOverTheBanksWord(events: NonNullable<History['events']>): boolean {
  const done = events.findIndex(({ activityTaskCompletedEventAttributes: completed }) => completed);
  return done >= 0 && events.slice(done).some(({ workflowTaskStartedEventAttributes: started }) => started);
}

/**
 * Found by the chaos test: the engine, whose database had died, forgot a task that a step was being written in, and gave the worker another with what
 * the bank had said. The worker took what was new in it for what it had seen: the household was paid, and its case waited for the bank for ever.
 */
test('what the engine says in a task that takes the place of a forgotten one is not lost while a step is written', async () => {
  const walk = await CaseWalk.submit(own.client, sample({ startsAt: '2024-03-04T09:00:00+08:00' }));
  own.signal('bank-sandbox', 'SIGSTOP');
  await walk.step(await walk.until((view) => view.disbursements.some(({ state }) => state === 'prepared')));
  const sent = { operation: 'updateFile', as: walk.clerk, caseId: walk.caseId, input: { visit: false }, key: randomUUID() };
  const { connection, client } = await engineAccess(own.service.temporal, await own.keys());
  const lock = await own.pool.connect();
  try {
    const { rows } = await lock.query<{ pid: number }>('select pg_backend_pid() as pid');
    await lock.query('begin');
    await lock.query('select 1 from hardship_case where id = $1 for update', [walk.caseId]);
    const unanswered = own.client.attempt(sent);
    await untilInLine(own.pool, rows[0]?.pid, 1);
    own.signal('api', 'SIGKILL'); // nobody is there to send the command again
    expect(await unanswered).toBeUndefined();
    await reloadShards(own.service.temporal.address);
    own.signal('bank-sandbox', 'SIGCONT');
    const handle = client.workflow.getHandle(caseWorkflowId(walk.caseId));
    await until(async () => handsOverTheBanksWord((await handle.fetchHistory()).events ?? []) || undefined, { withinMs: 20_000, everyMs: 50 });
    await lock.query('rollback');
    lock.release();

    const isPaid = async () => (await recordOf(own.pool, walk.caseId))?.payments.every(({ state }) => state === 'paid');
    await until(async () => (await isPaid()) || undefined, { withinMs: 30_000, everyMs: 100 });
  } finally {
    await connection.close();
  }
  await own.halt();
  await own.startAgain();
  expect((await own.client.call(sent)).status).toBe(200);
  expect(await timesInRecord(own.pool, walk.clerk, sent.key, 'fileUpdated')).toBe(1);
  expect((await walk.through(own.client).now()).state).toBe('active');
  expect(await faultsOfRecord(own.pool, walk.caseId)).toEqual([]);
  expect(await faultsInEngine(own.pool, await own.keys(), own.service.temporal, [walk.caseId])).toEqual([]);
});
