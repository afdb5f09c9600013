import { Worker, type NativeConnection, type WorkflowBundle } from '@temporalio/worker';
import type { PayloadCodec } from '@temporalio/common';
import type { Pool } from 'pg';
import { createAuditActivities } from '../activities/audit.activities';
import { createBankActivities } from '../activities/bank.activities';
import { httpBank } from '../activities/bank';
import { createDateActivities } from '../activities/dates.activities';
import { createCaseActivities } from '../activities/record.activities';
import type { Checkpoints } from '../audit/checkpoints';
import type { JsonLog } from '../infra/json-log';
import { dataConverterWith } from '../infra/temporal/engine-client';
import type { RecordKeys } from '../store/record-keys';
import { CASE_DEPLOYMENT, CASE_TASK_QUEUE } from '../workflows/case/messages';
import { toldActivities } from './activity-log';
import type { WorkerMetrics } from './metrics';
import { tellingDurations } from './step-durations';

export interface WorkerNeeds {
  connection: NativeConnection;
  namespace: string;
  /** Seals what goes to the engine, and opens what comes from it. */
  codec: PayloadCodec;
  pool: Pool;
  /** What opens and seals personal data. */
  keys: RecordKeys;
  bankUrl: string;
  workflowBundle: WorkflowBundle;
  /** The version of the workflow code, by which the engine tells workers apart. */
  buildId: string;
  metrics: WorkerMetrics;
  log: JsonLog;
  /** Absent: this worker has no key to sign them with. */
  checkpoints?: Checkpoints;
}

/**
 * How much a worker takes on at once; the benchmark's floor is measured with the same. More pollers than the default: with
 * the default number new cases starve at a hundred at once (p99 of seconds).
 */
export const WORKER_CAPACITY = {
  maxConcurrentWorkflowTaskPolls: 40,
  maxConcurrentWorkflowTaskExecutions: 200,
  maxCachedWorkflows: 1000,
};

/**
 * A worker for cases. The caller runs it and shuts it down.
 *
 * A case stays with the version that its run began with (pinned): what it has done is replayed by the code that did it.
 * It gets newer code where a run ends (workflows/case/case-context.ts).
 */
export async function createCaseWorker({ connection, namespace, codec, pool, keys, bankUrl, workflowBundle, buildId, metrics, log, checkpoints }: WorkerNeeds): Promise<Worker> {
  return Worker.create({
    connection,
    namespace,
    taskQueue: CASE_TASK_QUEUE,
    workflowBundle,
    dataConverter: dataConverterWith(codec),
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName: CASE_DEPLOYMENT, buildId },
      defaultVersioningBehavior: 'PINNED',
    },
    activities: {
      ...tellingDurations(
        createCaseActivities({ pool, keys }),
        pool,
        ({ state, clock, seconds }) => metrics.steps.observe({ state, clock }, seconds),
        (error) => log.log('warn', { err: error }, 'how long a case was in its state could not be measured'),
      ),
      ...createDateActivities({ pool, keys }),
      ...createAuditActivities({ checkpoints }),
      ...createBankActivities({ pool, keys, bank: metrics.timed(httpBank(bankUrl)) }),
    },
    interceptors: { activity: [toldActivities(metrics, log)] },
    ...WORKER_CAPACITY,
  });
}
