import type { Worker } from '@temporalio/worker';
import type { Pool } from 'pg';
import type { OperatorAnswer } from '../infra/operator-port';
import { recordCondition } from '../store/health.store';

/**
 * Whether the worker can carry out a step: it polls, and the record can be written.
 *
 * @param isPromoted the engine has seen its version, and made it current where that was asked for
 */
export async function workerReadiness(worker: Worker, pool: Pool, isPromoted: boolean): Promise<OperatorAnswer> {
  const parts = { worker: worker.getState() === 'RUNNING' ? 'ok' : worker.getState().toLowerCase(), version: isPromoted ? 'ok' : 'notPromoted', record: await recordCondition(pool) };
  const isReady = Object.values(parts).every((condition) => condition === 'ok');
  return { status: isReady ? 200 : 503, body: JSON.stringify({ status: isReady ? 'ok' : 'notReady', parts }) };
}
