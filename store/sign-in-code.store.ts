import type { Db } from './db';

const FORGOTTEN_AT_ONCE = 100;

/**
 * Keeps a code as the one that holds by each of these keys; one that was kept by them before holds no more. Of each key the attempts
 * are counted apart.
 */
export async function keepCode(db: Db, { keys, codeHash, minutes }: { keys: readonly Buffer[]; codeHash: Buffer; minutes: number }): Promise<void> {
  await db.query(`delete from sign_in_code where phone_key in (select phone_key from sign_in_code where expires_at < now() and phone_key <> all($2) limit $1 for update skip locked)`, [FORGOTTEN_AT_ONCE, keys]);
  for (const key of keys) {
    await db.query(
      `insert into sign_in_code (phone_key, code_hash, expires_at) values ($1, $2, now() + make_interval(mins => $3))
       on conflict (phone_key) do update set code_hash = $2, attempts = 0, expires_at = now() + make_interval(mins => $3)`,
      [key, codeHash, minutes],
    );
  }
}

/** Takes a code away that was not delivered; a newer one that has taken its place stays. */
export async function dropCode(db: Db, keys: readonly Buffer[], codeHash: Buffer): Promise<void> {
  for (const key of keys) await db.query('delete from sign_in_code where phone_key = $1 and code_hash = $2', [key, codeHash]);
}

/**
 * Counts an attempt before it is looked at: of many at once no more get through than allowed.
 *
 * @param besides a code that this attempt has been held against already: it is not counted twice against one
 * @returns the hash of the code that holds; undefined where none does or no attempt is left
 */
export async function countAttempt(db: Db, key: Buffer, attemptsMax: number, besides?: Buffer): Promise<Buffer | undefined> {
  const { rows } = await db.query<{ codeHash: Buffer }>(
    `update sign_in_code set attempts = attempts + 1 where phone_key = $1 and expires_at > now() and attempts < $2 and code_hash is distinct from $3 returning code_hash as "codeHash"`,
    [key, attemptsMax, besides],
  );
  return rows[0]?.codeHash;
}

/**
 * Uses the code up, by whichever keys it is kept. In the order of the keys, so that no two wait for each other.
 * @returns false when somebody else has done so at the same moment
 */
export async function takeCode(db: Db, codeHash: Buffer): Promise<boolean> {
  const { rowCount } = await db.query(
    `with kept as materialized (select phone_key from sign_in_code where code_hash = $1 and expires_at > now() order by phone_key for update)
     delete from sign_in_code where phone_key in (select phone_key from kept)`,
    [codeHash],
  );
  return rowCount !== null && rowCount > 0;
}
