import { createHash } from 'node:crypto';
import type { Db } from './db';

const SECONDS = 60;

/**
 * Takes one share of a limit that all API processes keep together; one statement decides, so two requests at once cannot both
 * have the last one. The same reckoning as that of `takeShare` in `api/http/allowances.ts`.
 *
 * @param key who is counted, and for what; kept as a hash, so that the table is no list of addresses
 * @returns undefined when the request is within the limit; otherwise after how long it would be, ms
 */
export async function takeSharedShare(db: Db, key: string, perMinute: number): Promise<number | undefined> {
  const values = [createHash('sha256').update(key).digest(), SECONDS / perMinute, SECONDS];
  const { rowCount } = await db.query({
    name: 'takeSharedShare',
    text: `insert into rate_limit as r (key, taken_until) values ($1, now() + make_interval(secs => $2))
           on conflict (key) do update set taken_until = greatest(r.taken_until, now()) + make_interval(secs => $2)
            where greatest(r.taken_until, now()) + make_interval(secs => $2) <= now() + make_interval(secs => $3)`,
    values,
  });
  if (rowCount === 1) return undefined;
  const { rows } = await db.query<{ afterMs: number }>({
    name: 'waitForShare',
    text: `select (extract(epoch from taken_until + make_interval(secs => $2) - now() - make_interval(secs => $3)) * 1000)::float8 as "afterMs"
             from rate_limit where key = $1`,
    values,
  });
  return Math.max(1, rows[0]?.afterMs ?? 1);
}

/** Forgets callers whose shares are free again. */
export async function forgetSpentShares(db: Db): Promise<void> {
  await db.query('delete from rate_limit where taken_until < now()');
}
