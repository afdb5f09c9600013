import { z } from 'zod';
import { problems, type Api, type Services } from '../operation';
import { engineUnavailable } from '../problem';

const Ok = z.object({ status: z.literal('ok') });

/** Whether the process lives, and whether it can serve: record and engine reachable. */
export function healthRoutes(app: Api, { pool, isEngineServing }: Services): void {
  app.get(
    '/health/live',
    { schema: { operationId: 'checkLive', tags: ['health'], summary: '进程存活', security: [], response: { 200: Ok } } },
    () => ({ status: 'ok' as const }),
  );

  app.get(
    '/health/ready',
    { schema: { operationId: 'checkReady', tags: ['health'], summary: '可以服务', security: [], response: { 200: Ok, ...problems(503) } } },
    async () => {
      const answers = await Promise.allSettled([pool.query('select 1'), isEngineServing()]);
      if (answers.some((answer) => answer.status === 'rejected')) throw engineUnavailable();
      return { status: 'ok' as const };
    },
  );
}
