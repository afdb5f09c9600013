import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type ScheduleClient, type ScheduleOptions } from '@temporalio/client';
import { connectEngine, engineClient, type EnginePlace } from '../infra/temporal/engine-client';
import { NO_PAYLOADS } from '../infra/temporal/payload-codec';
import { AUDIT_CHECKPOINT_SCHEDULE, auditCheckpointWorkflowType } from '../workflows/audit-checkpoint/messages';
import { CASE_TASK_QUEUE } from '../workflows/case/messages';
import { DATE_WALK_SCHEDULE, dateWalkWorkflowType } from '../workflows/date-walk/messages';

/** Every night at 01:30, Asia/Shanghai, before the rechecks of the day: the dates of files that have left. A night that was missed is made up for. */
const DATE_WALK: ScheduleOptions = {
  scheduleId: DATE_WALK_SCHEDULE,
  spec: { calendars: [{ hour: 1, minute: 30 }], timezone: 'Asia/Shanghai' },
  // A walk that cannot go on must not keep the following nights from theirs.
  action: { type: 'startWorkflow', workflowType: dateWalkWorkflowType, taskQueue: CASE_TASK_QUEUE, args: [], workflowExecutionTimeout: '20 hours' },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '30 days' },
};

/** Every hour: a checkpoint of all hash chains. One that was missed is not made up for: the next one holds all that it would have held. */
const AUDIT_CHECKPOINT: ScheduleOptions = {
  scheduleId: AUDIT_CHECKPOINT_SCHEDULE,
  spec: { calendars: [{ hour: '*', minute: 10 }], timezone: 'Asia/Shanghai' },
  action: { type: 'startWorkflow', workflowType: auditCheckpointWorkflowType, taskQueue: CASE_TASK_QUEUE, args: [], workflowExecutionTimeout: '55 minutes' },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '10 minutes' },
};

/** Makes sure that the engine starts what comes by the clock and belongs to no case. */
export async function ensureSchedules({ namespace, ...place }: EnginePlace & { namespace: string }): Promise<void> {
  const connection = await connectEngine(place);
  const { schedule } = engineClient(connection, namespace, NO_PAYLOADS);
  try {
    for (const options of [DATE_WALK, AUDIT_CHECKPOINT]) await ensure(schedule, options);
  } finally {
    await connection.close();
  }
}

async function ensure(schedule: ScheduleClient, options: ScheduleOptions): Promise<void> {
  try {
    await schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
