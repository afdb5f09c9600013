import { allHandlersFinished, condition, defineUpdate, proxyLocalActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { FloorActivities } from './floor-activities';
import { stepUpdate, type FloorRow } from './messages';

const { insertRow } = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: '10s' });

/** The least that a durable command can be on this engine: an Update that inserts one row. It takes so many and ends. */
export async function floor(updates: number): Promise<void> {
  let taken = 0;
  setHandler(defineUpdate<number, [FloorRow['facts']]>(stepUpdate), async (facts) => {
    const seq = ++taken;
    await insertRow({ workflowId: workflowInfo().workflowId, seq, facts });
    return seq;
  });
  await condition(() => taken === updates && allHandlersFinished());
}
