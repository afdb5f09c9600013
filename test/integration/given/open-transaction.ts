import type { PoolClient } from 'pg';
import type { Db } from '../../../store/db';
import { untilTrue } from './until';

/** A transaction that a test holds open on a connection of its own. */
export class OpenTransaction {
  private constructor(
    readonly db: PoolClient,
    private readonly pid: number,
  ) {}

  /** @param pool with a connection to spare */
  static async begin(pool: { connect(): Promise<PoolClient> }): Promise<OpenTransaction> {
    const db = await pool.connect();
    await db.query('begin');
    const { rows } = await db.query<{ pid: number }>('select pg_backend_pid() as pid');
    return new OpenTransaction(db, rows[0]?.pid ?? 0);
  }

  /** Commits as soon as `work` waits for this transaction, or has ended without waiting; gives what `work` gives. */
  async commitUnder<T>(others: Db, work: Promise<T>): Promise<T> {
    let hasEnded = false;
    const ended = work.finally(() => (hasEnded = true));
    const waits = async () => ((await others.query('select 1 from pg_stat_activity where $1 = any(pg_blocking_pids(pid))', [this.pid])).rowCount ?? 0) > 0;
    try {
      await untilTrue(async () => hasEnded || (await waits()), () => 'nobody came to wait for the open transaction');
      await this.db.query('commit');
    } finally {
      this.db.release();
    }
    return ended;
  }
}
