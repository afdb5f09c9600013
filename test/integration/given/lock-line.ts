import type { Pool } from 'pg';
import { until } from '../../../infra/until';

/** Who waits for a connection to let go of something, and who waits for those. */
const LINE = `with recursive line as (
    select pid from pg_stat_activity where $1 = any(pg_blocking_pids(pid))
     union
    select other.pid from line join pg_stat_activity other on line.pid = any(pg_blocking_pids(other.pid))
  ) select from line`;

/** Resolves when as many stand in line behind the connection with this process id. @throws NotInTime */
export async function untilInLine(pool: Pool, pid: number | undefined, count: number): Promise<void> {
  await until(async () => ((await pool.query(LINE, [pid])).rowCount ?? 0) >= count || undefined, { withinMs: 20_000, everyMs: 20 });
}
