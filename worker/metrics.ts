import type { Pool } from 'pg';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Bank } from '../activities/bank';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const HOUR = 3_600;
const DAY = 24 * HOUR;
/** From an hour to a year: so long do steps of a case take. */
const STEP_SECONDS = [HOUR, 6 * HOUR, DAY, 2 * DAY, 5 * DAY, 10 * DAY, 20 * DAY, 40 * DAY, 90 * DAY, 180 * DAY, 365 * DAY];

/** What the worker measures beside the engine's own figures. Labels are names of activities, states and calls, never ids. */
export class WorkerMetrics {
  readonly registry = new Registry();
  readonly activities = new Histogram({
    name: 'bihuan_activity_duration_seconds',
    help: 'Activities, one attempt each; recordStep is the writing of a step',
    labelNames: ['activity', 'outcome'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly bankCalls = new Histogram({
    name: 'bihuan_bank_call_duration_seconds',
    help: 'Calls to the bank',
    labelNames: ['call', 'outcome'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly steps = new Histogram({
    name: 'bihuan_case_state_duration_seconds',
    help: 'How long cases had been in a state when they left it; whole days of the business date for simulated cases',
    labelNames: ['state', 'clock'],
    buckets: STEP_SECONDS,
    registers: [this.registry],
  });

  constructor(pool: Pool) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'bihuan_database_connections',
      help: 'Connections of the pool: in use, idle; and callers that wait for one',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        this.set({ state: 'used' }, pool.totalCount - pool.idleCount);
        this.set({ state: 'idle' }, pool.idleCount);
        this.set({ state: 'awaited' }, pool.waitingCount);
      },
    });
  }

  /** The same bank, each call of it timed. */
  timed(bank: Bank): Bank {
    const time = async <T>(call: 'send' | 'find', work: Promise<T>): Promise<T> => {
      const stop = this.bankCalls.startTimer({ call });
      try {
        const result = await work;
        stop({ outcome: 'answered' });
        return result;
      } catch (error) {
        stop({ outcome: 'failed' });
        throw error;
      }
    };
    return { send: (transfer) => time('send', bank.send(transfer)), find: (transferId) => time('find', bank.find(transferId)) };
  }
}
