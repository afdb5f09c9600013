import type { WorkflowHandle } from '@temporalio/client';
import { until } from '../../../infra/until';
import { caseWorkflowId, turnPageUpdate, untilQuietUpdate, type PageReply, type QuietReply } from '../../../workflows/case/messages';
import { CaseWalk } from '../../stack/case-walk';
import { engineAccess } from '../../stack/engine-access';
import { OwnService } from '../../stack/own-service';
import { sampleApplications } from '../../stack/sample-application';

jest.setTimeout(180_000);
const sample = sampleApplications(91);
const APART_MS = 3_000;
let own: OwnService;
beforeAll(async () => {
  own = await OwnService.start();
});
afterAll(() => own.stop());

async function inEngine<T>(caseId: string, work: (handle: WorkflowHandle) => Promise<T>): Promise<T> {
  const { connection, client } = await engineAccess(own.service.temporal, await own.keys());
  try {
    return await work(client.workflow.getHandle(caseWorkflowId(caseId)));
  } finally {
    await connection.close();
  }
}

/** How far the case's clock is before the machine's, ms. */
function offsetOf(caseId: string): Promise<number> {
  return inEngine(caseId, async (handle) => {
    const { nowMs } = await handle.executeUpdate<QuietReply, []>(untilQuietUpdate);
    return nowMs - Date.now();
  });
}

/** Has the case go on in a new run, which has nothing to do at first; gives when that run began. */
function turned(caseId: string): Promise<number> {
  return inEngine(caseId, async (handle) => {
    const { runId } = await handle.describe();
    await handle.executeUpdate<PageReply, [object]>(turnPageUpdate, { args: [{}] });
    const next = async () => {
      const now = await handle.describe();
      return now.runId === runId || now.historyLength < 4 ? undefined : now.startTime.getTime();
    };
    return until(next, { withinMs: 20_000, everyMs: 50 });
  });
}

/**
 * Found by storms in which the engine's shards move: two workers made two clocks of one history, for the first task of the run had had nothing to
 * say. The case then did not replay, and stood still.
 */
test('whichever worker replays a run, and however far, the simulated clock of its case is the same', async () => {
  const { caseId } = await CaseWalk.submit(own.client, sample({ startsAt: '2024-03-04T09:00:00+08:00' }));
  const before = await offsetOf(caseId);
  const begunAt = await turned(caseId);
  await until(() => (Date.now() - begunAt > APART_MS ? true : undefined), { withinMs: 2 * APART_MS });
  const offsets: number[] = [];
  for (let replays = 0; replays < 2; replays++) {
    await own.halt();
    await own.startAgain();
    offsets.push(await offsetOf(caseId));
  }
  for (const offset of offsets) expect(Math.abs(offset - before)).toBeLessThan(APART_MS / 2);
});
