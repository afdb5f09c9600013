import { InterceptingCall, status as grpcStatus, type Interceptor, type InterceptorOptions, type NextCall } from '@grpc/grpc-js';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AuditEntryContent } from '../store/audit-entry.store';
import { COMMAND_NAMES } from '../workflows/case/commands';
import type { FinishedRequest } from './request-log';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const COMMANDS: ReadonlySet<string> = new Set(['submitApplication', ...COMMAND_NAMES]);

/**
 * What the API measures of itself. Labels are operation ids, classes of status, codes and names of engine calls: few, and
 * never an id.
 */
export class ApiMetrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'bihuan_http_request_duration_seconds',
    help: 'Requests by operation and class of status',
    labelNames: ['operation', 'status'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly commands = new Counter({
    name: 'bihuan_commands_total',
    help: 'Commands by name and outcome: accepted, or the code of the refusal',
    labelNames: ['command', 'outcome'],
    registers: [this.registry],
  });
  private readonly auditEntries = new Counter({
    name: 'bihuan_audit_entries_total',
    help: 'Entries that were written to the audit, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers: [this.registry],
  });
  private readonly auditBatches = new Counter({
    name: 'bihuan_audit_batches_total',
    help: 'Transactions in which they were written',
    registers: [this.registry],
  });
  private readonly engineCalls = new Histogram({
    name: 'bihuan_engine_call_duration_seconds',
    help: 'Calls to the Temporal frontend, their repetitions included, by method and gRPC status',
    labelNames: ['method', 'status'],
    buckets: SECONDS,
    registers: [this.registry],
  });

  constructor(pool: Pool) {
    collectDefaultMetrics({ register: this.registry });
    watchPool(pool, this.registry);
  }

  /** Counts a request that was answered. */
  finished({ operation, status, durationMs, code }: FinishedRequest): void {
    this.requests.observe({ operation, status: `${Math.floor(status / 100)}xx` }, durationMs / 1_000);
    if (COMMANDS.has(operation)) this.commands.inc({ command: operation, outcome: status < 400 ? 'accepted' : (code ?? 'unknown') });
  }

  /** Counts a batch of entries that is in the record. */
  audited(entries: readonly AuditEntryContent[]): void {
    this.auditBatches.inc();
    for (const { kind, outcome } of entries) this.auditEntries.inc({ kind, outcome });
  }

  /** Times every call that a connection to the engine makes; to be the outermost of its interceptors. */
  engineInterceptor(): Interceptor {
    return (options: InterceptorOptions, nextCall: NextCall) => {
      const stop = this.engineCalls.startTimer({ method: options.method_definition.path.split('/').at(-1) ?? '' });
      return new InterceptingCall(nextCall(options), {
        start: (metadata, _listener, next) =>
          next(metadata, {
            onReceiveStatus: (answer, pass) => {
              stop({ status: grpcStatus[answer.code] });
              pass(answer);
            },
          }),
      });
    };
  }
}

/** Use of a pool of connections, read when it is asked for. */
export function watchPool(pool: Pool, registry: Registry): void {
  new Gauge({
    name: 'bihuan_database_connections',
    help: 'Connections of the pool: in use, idle; and callers that wait for one',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'used' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'awaited' }, pool.waitingCount);
    },
  });
}
