import { randomUUID } from 'node:crypto';
import { until } from '../../../infra/until';
import { caseWorkflowId } from '../../../workflows/case/messages';
import { CaseWalk, type Sent } from '../../stack/case-walk';
import { engineAccess } from '../../stack/engine-access';
import { reloadShards } from '../../stack/engine-shards';
import type { History } from '../../stack/history-files';
import type { KeyedAnswer } from '../../stack/keyed-client';
import { OwnService } from '../../stack/own-service';
import { faultsInEngine, faultsOfRecord, recordOf, timesInRecord } from '../../stack/record-check';
import { sampleApplications } from '../../stack/sample-application';
import { untilInLine } from '../given/lock-line';

jest.setTimeout(180_000);
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

/** A case whose money is released to a bank that does not stir, and a command for it. */
async function atTheBanksDoor(): Promise<{ walk: CaseWalk; sent: Sent }> {
  const walk = await CaseWalk.submit(own.client, sample({ startsAt: '2024-03-04T09:00:00+08:00' }));
  own.signal('bank-sandbox', 'SIGSTOP');
  await walk.step(await walk.until((view) => view.disbursements.some(({ state }) => state === 'prepared')));
  return { walk, sent: { operation: 'updateFile', as: walk.clerk, caseId: walk.caseId, input: { visit: false }, key: randomUUID() } };
}

/**
 * Sends the command; while its step is being written the engine forgets its task, and has what the bank says for the next one.
 *
 * @param killed `api`: who sends it is killed, so that nobody sends it again
 */
async function withTheTaskForgotten(sent: Sent, killed?: 'api'): Promise<KeyedAnswer | undefined> {
  const { connection, client } = await engineAccess(own.service.temporal, await own.keys());
  const lock = await own.pool.connect();
  try {
    const { rows } = await lock.query<{ pid: number }>('select pg_backend_pid() as pid');
    await lock.query('begin');
    await lock.query('select 1 from hardship_case where id = $1 for update', [sent.caseId]);
    const answer = own.client.attempt(sent);
    await untilInLine(own.pool, rows[0]?.pid, 1);
    if (killed) {
      own.signal(killed, 'SIGKILL');
      await answer; // there is none: the connection is broken
    }
    await reloadShards(own.service.temporal.address);
    own.signal('bank-sandbox', 'SIGCONT');
    const handle = client.workflow.getHandle(caseWorkflowId(sent.caseId));
    await until(async () => handsOverTheBanksWord((await handle.fetchHistory()).events ?? []) || undefined, { withinMs: 20_000, everyMs: 50 });
    await lock.query('rollback');
    return await answer;
  } finally {
    lock.release(true);
    await connection.close();
  }
}

async function untilPaid({ caseId }: CaseWalk): Promise<void> {
  const isPaid = async () => (await recordOf(own.pool, caseId))?.payments.every(({ state }) => state === 'paid');
  await until(async () => (await isPaid()) || undefined, { withinMs: 30_000, everyMs: 100 });
}

async function expectWhole(walk: CaseWalk, sent: Sent): Promise<void> {
  expect(await own.client.call(sent)).toMatchObject({ status: 200 });
  expect(await timesInRecord(own.pool, walk.clerk, sent.key, 'fileUpdated')).toBe(1);
  expect((await walk.through(own.client).now()).state).toBe('active');
  expect(await faultsOfRecord(own.pool, walk.caseId)).toEqual([]);
  expect(await faultsInEngine(own.pool, await own.keys(), own.service.temporal, [walk.caseId])).toEqual([]);
}

test('a command that is sent again to the engine, which has forgotten its task while the step was written, is carried out once', async () => {
  const { walk, sent } = await atTheBanksDoor();
  expect(await withTheTaskForgotten(sent)).toMatchObject({ status: 200 });
  await untilPaid(walk);
  await expectWhole(walk, sent);
});

/**
 * Found by the chaos test: the engine, whose database had died, forgot a task that a step was being written in, and gave the worker another with what
 * the bank had said. The worker took what was new in it for what it had seen: the household was paid, and its case waited for the bank for ever.
 */
test('what the engine says in the task that takes the place of a forgotten one is not lost', async () => {
  const { walk, sent } = await atTheBanksDoor();
  expect(await withTheTaskForgotten(sent, 'api')).toBeUndefined();
  await untilPaid(walk);
  await own.halt();
  await own.startAgain();
  await expectWhole(walk, sent);
});
