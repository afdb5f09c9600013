import type { Pool } from 'pg';
import { transaction, type Db } from './db';

/** One count of failures: by account, by address, or by both together; of codes sent by telephone number and by address. */
export interface DelayKey {
  kind: 'pair' | 'account' | 'address' | 'codePhone' | 'codeAddress';
  key: Buffer;
  /** Failures without a delay; the one after them waits a minute, the next two, then four, up to an hour. */
  failuresFree: number;
}

/** A try that has been counted as failed before it is looked at. */
export interface CountedTry {
  key: Buffer;
  /** As the record has it, to the microsecond; null where this try causes no delay. */
  blockedUntil: string | null;
}

const DELAY_MINUTES_MAX = 60;
/** After so long without a failure all is forgotten. */
const FORGOTTEN_AFTER = `interval '24 hours'`;
const FORGOTTEN_AT_ONCE = 100;

/**
 * Counts a try as failed, in advance, and lets it through unless one of its counts is delayed. Tries at the same time queue for
 * the rows, so of a hundred at once no more get through than one after the other.
 *
 * @param counts what the try is counted in, and `watched` what only keeps it waiting
 * @returns the counted tries, or for how many seconds there will be no other
 */
export async function countTry(pool: Pool, counts: readonly DelayKey[], watched: readonly DelayKey[]): Promise<{ counted: CountedTry[] } | { waitSeconds: number }> {
  const inOrder = [...counts].sort((a, b) => Buffer.compare(a.key, b.key)); // the same for all, so that no two wait for each other
  return transaction(pool, async (db) => {
    for (const { key, kind } of inOrder) await db.query('insert into sign_in_delay (key, kind) values ($1, $2) on conflict do nothing', [key, kind]);
    await db.query('select from sign_in_delay where key = any($1) order by key for update', [inOrder.map(({ key }) => key)]);
    const { rows } = await db.query<{ waitSeconds: number | null }>(
      'select extract(epoch from max(blocked_until) - now())::float8 as "waitSeconds" from sign_in_delay where key = any($1)',
      [[...inOrder, ...watched].map(({ key }) => key)],
    );
    const waitSeconds = rows[0]?.waitSeconds ?? 0;
    if (waitSeconds > 0) return { waitSeconds: Math.ceil(waitSeconds) };
    const counted: CountedTry[] = [];
    for (const key of inOrder) counted.push(await countFailure(db, key));
    return { counted };
  });
}

/** Counts one failure. An insertion, for somebody's success may just have deleted the row: a try that is not counted would be one for nothing. */
export async function countFailure(db: Db, { kind, key, failuresFree }: DelayKey): Promise<CountedTry> {
  const failures = `(case when d.last_failed_at < now() - ${FORGOTTEN_AFTER} then 0 else d.failures end + 1)`;
  const minutes = `least(power(2, least(${failures} - $3::int, 10)), ${DELAY_MINUTES_MAX})`;
  const { rows } = await db.query<{ blockedUntil: string | null }>(
    `insert into sign_in_delay as d (key, kind, failures) values ($1, $2, 1)
     on conflict (key) do update set failures = ${failures}, last_failed_at = now(),
       blocked_until = case when ${failures} >= $3::int then now() + make_interval(secs => 60 * ${minutes}) end
     returning blocked_until::text as "blockedUntil"`,
    [key, kind, failuresFree],
  );
  return { key, blockedUntil: rows[0]?.blockedUntil ?? null };
}

/** Takes back what was counted in advance for a try that has not failed. A delay that another try has caused since stays. */
export async function takeBack(db: Db, counted: readonly CountedTry[]): Promise<void> {
  for (const { key, blockedUntil } of counted) {
    await db.query(
      `update sign_in_delay set failures = greatest(failures - 1, 0), blocked_until = case when blocked_until = $2::timestamptz then null else blocked_until end where key = $1`,
      [key, blockedUntil],
    );
  }
}

/** Forgets the failures of counts altogether. */
export async function forgetFailures(db: Db, keys: readonly Buffer[]): Promise<void> {
  for (const key of keys) await db.query('delete from sign_in_delay where key = $1', [key]); // one by one: no row is held while another is waited for
}

/** Sweeps away some counts that are too old to mean anything, so that made-up names do not pile up. */
export async function sweepFailures(db: Db): Promise<void> {
  await db.query(
    `delete from sign_in_delay where key in (select key from sign_in_delay where last_failed_at < now() - ${FORGOTTEN_AFTER} limit ${FORGOTTEN_AT_ONCE} for update skip locked)`,
  );
}

/** Whether that user has signed in from that address within the last three months. */
export async function isKnownPlace(db: Db, userId: string, addressHash: Buffer): Promise<boolean> {
  const { rows } = await db.query(`select from sign_in_place where user_id = $1 and address_hash = $2 and last_used_at > now() - interval '90 days'`, [userId, addressHash]);
  return rows.length === 1;
}

export async function rememberPlace(db: Db, userId: string, addressHash: Buffer): Promise<void> {
  await db.query(
    `insert into sign_in_place (user_id, address_hash) values ($1, $2)
     on conflict (user_id, address_hash) do update set last_used_at = now() where sign_in_place.last_used_at < now() - interval '1 day'`,
    [userId, addressHash],
  );
}
