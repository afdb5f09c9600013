import type { FastifyBaseLogger, FastifyInstance, FastifyServerOptions } from 'fastify';
import { errorForLog } from '../infra/error-for-log';
import { isUuid } from './case-id';

declare module 'fastify' {
  interface FastifyRequest {
    /** The case that the request opened; one that it is about is in its path. */
    openedCaseId: string | null;
    /** Code of the problem that it was answered with. */
    problemCode: string | null;
  }
}

/** What is told of a request once it is answered: nothing that its caller wrote. */
export interface FinishedRequest {
  /** Operation id; `none` for what is no operation, such as an unknown path. */
  operation: string;
  status: number;
  durationMs: number;
  /** Code of the problem it was answered with. */
  code?: string;
}

type LoggerOptions = NonNullable<FastifyServerOptions['logger']>;

/** JSON lines as the worker writes them. What Fastify would tell of a request by itself, its address and query included, is left out. */
export function loggerOptions(level: string): LoggerOptions {
  return {
    level,
    base: { part: 'api' },
    formatters: { level: (label) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    serializers: {
      err: (error: unknown) => ({ stack: '', ...errorForLog(error) }),
      req: ({ id }) => ({ id }),
      res: ({ statusCode }) => ({ statusCode }),
    },
  };
}

/** Asked again and again by machines; told only to whoever wants to know everything. */
const BY_MACHINES = new Set(['checkLive', 'checkReady']);

/**
 * One line for each request: operation, status, duration, request id, who was signed in, and the case. Never the path or
 * the query as they came, for a name may stand in them, and never a body.
 */
export function tellRequests(app: FastifyInstance, onFinished: (finished: FinishedRequest) => void): void {
  app.decorateRequest('openedCaseId', null);
  app.decorateRequest('problemCode', null);
  app.addHook('onResponse', (request, reply, done) => {
    const finished: FinishedRequest = {
      operation: request.routeOptions.config.operation ?? 'none',
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
      ...(request.problemCode === null ? {} : { code: request.problemCode }),
    };
    onFinished(finished);
    const caseId = request.openedCaseId ?? caseIdIn(request.params);
    const level: keyof Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn'> = BY_MACHINES.has(finished.operation) ? 'debug' : finished.status >= 500 ? 'warn' : 'info';
    request.log[level]({ ...finished, ...(caseId ? { caseId } : {}), user: request.user?.id ?? null }, 'request');
    done();
  });
}

/** A path may hold anything; only what can be the id of a case is told. */
function caseIdIn(params: unknown): string | undefined {
  const { caseId } = (params ?? {}) as { caseId?: unknown };
  return typeof caseId === 'string' && isUuid(caseId) ? caseId : undefined;
}
