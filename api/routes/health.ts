import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { z } from 'zod';
import { problems, type Api, type Services } from '../operation';
import { recordCondition } from '../../store/health.store';
import { HttpProblem, engineUnavailable } from '../problem';

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
      const parts = await conditions(pool, isEngineServing);
      if (Object.values(parts).some((condition) => condition !== 'ok')) throw notReady(parts);
      return { status: 'ok' as const };
    },
  );
}

/** A probe wants an answer soon; a part that has none by then is away. */
const ANSWER_WITHIN_MS = 3_000;

interface Parts {
  record: 'ok' | 'away' | 'notMigrated';
  engine: 'ok' | 'away';
}

async function conditions(pool: Pool, isEngineServing: () => Promise<unknown>): Promise<Parts> {
  const engine = isEngineServing().then(
    () => 'ok' as const,
    () => 'away' as const,
  );
  const [record, engineCondition] = await Promise.all([inTime(recordCondition(pool)), inTime(engine)]);
  return { record, engine: engineCondition };
}

async function inTime<Condition>(answer: Promise<Condition>): Promise<Condition | 'away'> {
  const patience = new AbortController();
  const away = pause(ANSWER_WITHIN_MS, 'away' as const, { signal: patience.signal }).catch(() => 'away' as const);
  const condition = await Promise.race([answer, away]);
  patience.abort();
  return condition;
}

/** The same problem as a command would be answered with, and which part is to blame. */
function notReady(parts: Parts): HttpProblem {
  const { status, code, words, headers } = engineUnavailable();
  return new HttpProblem(status, code, words, { parts }, headers);
}
