import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { untilInLine } from './lock-line';

/** A key whose requests get as far as writing themselves down, and no further until they are let go. */
export interface HeldKey {
  /** Resolves when as many requests stand there. */
  untilWaiting: (requests: number) => Promise<void>;
  letGo: () => Promise<void>;
}

/**
 * Holds the requests of one person under one key between their look at the case and all that they do about it: somebody
 * else is writing the same key down, and takes it back in the end.
 */
export async function holdKey(pool: Pool, actor: string, key: string): Promise<HeldKey> {
  const db = await pool.connect();
  const values = [randomUUID(), randomUUID(), actor, key, Buffer.of(0), 'held'];
  const { rows } = await db.query<{ pid: number }>('select pg_backend_pid() as pid');
  await db.query('begin');
  await db.query(`insert into command (id, case_id, operation, actor, idempotency_key, body, body_digest) values ($1, $2, 'hold', $3, $4, $5, $6)`, values);
  return {
    untilWaiting: (requests) => untilInLine(pool, rows[0]?.pid, requests),
    letGo: async () => {
      await db.query('rollback');
      db.release();
    },
  };
}
