import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { endOfDay } from '../../../domain/calendar-date';
import { until } from '../../../infra/until';
import { caseWorkflowId } from '../../../workflows/case/messages';
import { CaseWalk } from '../../stack/case-walk';
import { OwnService } from '../../stack/own-service';
import { allCaseIds, faultsOfRecord, recordOf, faultsInEngine } from '../../stack/record-check';
import { sampleApplications } from '../../stack/sample-application';

jest.setTimeout(240_000);
const sample = sampleApplications(1);
const startsAt = '2024-03-04T09:00:00+08:00';

let own: OwnService;
beforeAll(async () => {
  own = await OwnService.start();
});
afterAll(() => own.stop());

/** What the bank has taken down, one line for each transfer. */
function bankJournal(): { transferId: string; order: { amountFen: number } }[] {
  const lines = readFileSync(join(own.dataDir, 'bank-sandbox', 'transfers.jsonl'), 'utf8').trim().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as { transferId: string; order: { amountFen: number } });
}

/** A case whose money is prepared and waits for the treasurer. */
async function prepared(): Promise<CaseWalk> {
  const walk = await CaseWalk.submit(own.client, sample({ startsAt }));
  await walk.until((view) => view.disbursements.some(({ state }) => state === 'prepared'));
  return walk;
}

/** A case whose notice is open, with its clock moved to `beforeMs` before the end of the last day. */
async function noticeAboutToEnd(beforeMs: number): Promise<CaseWalk> {
  const walk = await CaseWalk.submit(own.client, sample({ startsAt }));
  const view = await walk.until(({ notices }) => notices.some(({ closedOn }) => closedOn === null));
  const dueMs = endOfDay(view.notices[0]!.closesOn);
  // The service itself keeps a minute away from a timer; the test cannot spend that minute.
  const connection = await Connection.connect({ address: own.service.temporal.address });
  try {
    const { namespace } = own.service.temporal;
    const workflowExecution = { workflowId: caseWorkflowId(walk.caseId) };
    const id = randomUUID();
    const duration = msToTs(dueMs - beforeMs - Date.parse((await walk.now()).now));
    const workflowExecutionOptions = { timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration } } };
    await connection.workflowService.updateWorkflowExecutionOptions({ namespace, workflowExecution, workflowExecutionOptions, updateMask: { paths: ['time_skipping_config'] } });
    await connection.workflowService.pollWorkflowExecutionTimeSkipping({ namespace, workflowExecution, fastForwardId: id });
  } finally {
    await connection.close();
  }
  expect((await walk.now()).notices[0]).toMatchObject({ closedOn: null });
  return walk;
}

test('a worker killed in the middle of payments pays each of them once, and closes on its day the notice that ended meanwhile', async () => {
  const [waiting, sending, justReleased] = await Promise.all([prepared(), prepared(), prepared()]);
  // The bank has this order and owes the answer.
  await waiting.step(await waiting.now());
  await until(() => bankJournal().length === 1 || undefined, { withinMs: 10_000, everyMs: 5 });
  // This one is on its way to a bank that does not say anything.
  own.signal('bank-sandbox', 'SIGSTOP');
  await sending.step(await sending.now());
  const NOTICE_ENDS_IN_MS = 4_000;
  const noticed = await noticeAboutToEnd(NOTICE_ENDS_IN_MS);
  const noticeEndsAt = Date.now() + NOTICE_ENDS_IN_MS;
  // And of this one nobody has heard but the record.
  await justReleased.step(await justReleased.now());

  const sentence = await own.restartAfterKilling('worker', async () => {
    expect(bankJournal()).toHaveLength(1);
    own.signal('bank-sandbox', 'SIGCONT');
    await until(() => Date.now() > noticeEndsAt + 500 || undefined, { withinMs: 2 * NOTICE_ENDS_IN_MS });
    expect((await recordOf(own.pool, noticed.caseId))?.notices[0]).toMatchObject({ closedOn: null });
  });
  expect(sentence).toMatch(/^The worker stopped unexpectedly \(killed by SIGKILL\)/);

  for (const walk of [waiting, sending, justReleased].map((one) => one.through(own.client))) {
    const view = await walk.untilState('active');
    const [payment] = view.payments;
    expect(view.payments).toEqual([expect.objectContaining({ state: 'paid' })]);
    expect(bankJournal().filter(({ transferId }) => transferId === `${view.disbursements[0]!.id}.${payment!.id}`)).toHaveLength(1);
    const { items } = await own.client.done<{ items: unknown[] }>({ operation: 'listNotifications', as: walk.clerk, caseId: walk.caseId });
    expect(items).toHaveLength(1);
    const { rows } = await own.pool.query<{ type: string; times: number }>(
      `select type, count(*) as times from case_event where case_id = $1 and type in ('disbursementReleased', 'paymentPaid', 'paymentReturned', 'workerNotified') group by type order by type`,
      [walk.caseId],
    );
    expect(rows).toEqual([
      { type: 'disbursementReleased', times: 1 },
      { type: 'paymentPaid', times: 1 },
      { type: 'workerNotified', times: 1 },
    ]);
    expect(await faultsOfRecord(own.pool, walk.caseId)).toEqual([]);
  }
  expect(bankJournal()).toHaveLength(3);

  const closed = await until(async () => {
    const { state, notices } = await noticed.through(own.client).now();
    return state === 'upperReview' ? notices[0] : undefined;
  }, { withinMs: 20_000 });
  expect(closed).toMatchObject({ outcome: 'noObjection', closedOn: closed.closesOn });
  expect(await faultsOfRecord(own.pool, noticed.caseId)).toEqual([]);
  expect(await faultsInEngine(own.pool, await own.keys(), own.service.temporal, await allCaseIds(own.pool))).toEqual([]);
});
