import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type ScheduleSpec } from '@temporalio/client';
import { connectEngine, engineClient } from '../infra/temporal/engine-client';
import { NO_PAYLOADS } from '../infra/temporal/payload-codec';
import { CASE_TASK_QUEUE } from '../workflows/case/messages';
import { DATE_WALK_SCHEDULE, dateWalkWorkflowType } from '../workflows/date-walk/messages';

/** Every night at 01:30, Asia/Shanghai, before the rechecks of the day. */
const NIGHTLY: ScheduleSpec = { calendars: [{ hour: 1, minute: 30 }], timezone: 'Asia/Shanghai' };

/** Makes sure that the engine starts the nightly walk over the dates of files that have left; a night that was missed is made up for. */
export async function ensureSchedules({ address, namespace }: { address: string; namespace: string }): Promise<void> {
  const connection = await connectEngine(address);
  const { schedule } = engineClient(connection, namespace, NO_PAYLOADS);
  try {
    await schedule.create({
      scheduleId: DATE_WALK_SCHEDULE,
      spec: NIGHTLY,
      // A walk that cannot go on must not keep the following nights from theirs.
      action: { type: 'startWorkflow', workflowType: dateWalkWorkflowType, taskQueue: CASE_TASK_QUEUE, args: [], workflowExecutionTimeout: '20 hours' },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '30 days' },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  } finally {
    await connection.close();
  }
}
