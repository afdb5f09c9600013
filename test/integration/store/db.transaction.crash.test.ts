import type { Pool } from 'pg';
import { connect, isRecordAway, transaction } from '../../../store/db';
import { testStack } from '../../stack/test-stack';

let pool: Pool;
let other: Pool;
beforeAll(() => {
  const { databaseUrl } = testStack();
  pool = connect(databaseUrl, 1);
  other = connect(databaseUrl, 1);
});
afterAll(() => Promise.all([pool.end(), other.end()]));

/** Found by the chaos test: a worker ended when PostgreSQL was killed under a step that it was writing. */
test('a connection that breaks between two queries of a transaction fails the transaction and not the process', async () => {
  let listeners = 0;
  const broken = transaction(pool, async (db) => {
    const { rows } = await db.query<{ pid: number }>('select pg_backend_pid() as pid');
    // Without anybody who listens Node ends the process when the connection says that it is broken.
    listeners = db.listenerCount('error');
    const ended = listeners > 0 ? new Promise<void>((resolve) => db.once('end', resolve)) : Promise.resolve();
    await other.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    await db.query('select 1');
  });
  const error: unknown = await broken.then(() => undefined, (reason: unknown) => reason);
  expect(listeners).toBeGreaterThan(0);
  expect(isRecordAway(error)).toBe(true);
  expect((await pool.query('select 1 as alive')).rows).toEqual([{ alive: 1 }]);
});
