import { NativeConnection, Worker } from '@temporalio/worker';
import type { Pool } from 'pg';
import { createBankActivities } from '../activities/bank.activities';
import { httpBank } from '../activities/bank';
import { createCaseActivities } from '../activities/record.activities';
import { CASE_TASK_QUEUE } from '../workflows/case/messages';

export interface WorkerNeeds {
  temporal: { address: string; namespace: string };
  pool: Pool;
  bankUrl: string;
}

/**
 * A worker for cases. The caller runs it and shuts it down.
 *
 * More pollers than the default: with the default number new cases starve at a hundred at once (p99 of seconds).
 */
export async function createCaseWorker({ temporal, pool, bankUrl }: WorkerNeeds): Promise<Worker> {
  const connection = await NativeConnection.connect({ address: temporal.address });
  return Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: CASE_TASK_QUEUE,
    workflowsPath: require.resolve('../workflows/case/case'),
    activities: { ...createCaseActivities({ pool }), ...createBankActivities({ pool, bank: httpBank(bankUrl) }) },
    maxConcurrentWorkflowTaskPolls: 40,
    maxConcurrentWorkflowTaskExecutions: 200,
    maxCachedWorkflows: 1000,
  });
}
