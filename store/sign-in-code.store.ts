import type { Db } from './db';

const FORGOTTEN_AT_ONCE = 100;

/** Keeps a code as the one that holds for a telephone number; one that was sent before holds no more. */
export async function keepCode(db: Db, { phoneKey, codeHash, minutes }: { phoneKey: Buffer; codeHash: Buffer; minutes: number }): Promise<void> {
  await db.query(`delete from sign_in_code where phone_key in (select phone_key from sign_in_code where expires_at < now() and phone_key <> $2 limit $1 for update skip locked)`, [FORGOTTEN_AT_ONCE, phoneKey]);
  await db.query(
    `insert into sign_in_code (phone_key, code_hash, expires_at) values ($1, $2, now() + make_interval(mins => $3))
     on conflict (phone_key) do update set code_hash = $2, attempts = 0, expires_at = now() + make_interval(mins => $3)`,
    [phoneKey, codeHash, minutes],
  );
}

/** Takes a code away that was not delivered, unless a newer one has taken its place. */
export async function dropCode(db: Db, phoneKey: Buffer, codeHash: Buffer): Promise<void> {
  await db.query('delete from sign_in_code where phone_key = $1 and code_hash = $2', [phoneKey, codeHash]);
}

/** Counts an attempt before it is looked at: of many at once no more get through than allowed. @returns the hash of the code that holds; undefined where none does or no attempt is left */
export async function countAttempt(db: Db, phoneKey: Buffer, attemptsMax: number): Promise<Buffer | undefined> {
  const { rows } = await db.query<{ codeHash: Buffer }>(
    `update sign_in_code set attempts = attempts + 1 where phone_key = $1 and expires_at > now() and attempts < $2 returning code_hash as "codeHash"`,
    [phoneKey, attemptsMax],
  );
  return rows[0]?.codeHash;
}

/** Uses the code up. @returns false when somebody else has done so at the same moment */
export async function takeCode(db: Db, phoneKey: Buffer, codeHash: Buffer): Promise<boolean> {
  const { rowCount } = await db.query('delete from sign_in_code where phone_key = $1 and code_hash = $2 and expires_at > now()', [phoneKey, codeHash]);
  return rowCount === 1;
}
