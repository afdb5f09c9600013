import type { Db } from './db';

export interface SecondFactor {
  sealedSecret: Buffer;
  isConfirmed: boolean;
}

export async function findSecondFactor(db: Db, userId: string): Promise<SecondFactor | undefined> {
  const { rows } = await db.query<SecondFactor>('select sealed_secret as "sealedSecret", confirmed_at is not null as "isConfirmed" from second_factor where user_id = $1', [userId]);
  return rows[0];
}

/** Keeps a secret that is yet to be confirmed, in place of an earlier one. @returns false when a confirmed one is there */
export async function saveUnconfirmedFactor(db: Db, userId: string, sealedSecret: Buffer): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into second_factor (user_id, sealed_secret) values ($1, $2)
     on conflict (user_id) do update set sealed_secret = $2, created_at = now(), last_step = 0 where second_factor.confirmed_at is null`,
    [userId, sealedSecret],
  );
  return rowCount === 1;
}

/**
 * Confirms the secret that the code was made of, and keeps the recovery codes.
 *
 * @returns false when another secret has taken its place, or one is confirmed already
 */
export async function confirmFactor(db: Db, userId: string, { sealedSecret, step, recoveryHashes }: { sealedSecret: Buffer; step: number; recoveryHashes: Buffer[] }): Promise<boolean> {
  const { rowCount } = await db.query('update second_factor set confirmed_at = now(), last_step = $3 where user_id = $1 and sealed_secret = $2 and confirmed_at is null', [
    userId,
    sealedSecret,
    step,
  ]);
  if (rowCount !== 1) return false;
  await db.query('delete from recovery_code where user_id = $1', [userId]);
  await db.query('insert into recovery_code (user_id, code_hash) select $1, unnest($2::bytea[])', [userId, recoveryHashes]);
  return true;
}

/** Uses up the code of a time step, and with it all steps before. @returns false when that was done already: each code serves once */
export async function takeStep(db: Db, userId: string, step: number): Promise<boolean> {
  const { rowCount } = await db.query('update second_factor set last_step = $2 where user_id = $1 and confirmed_at is not null and last_step < $2', [userId, step]);
  return rowCount === 1;
}

/** Uses up a recovery code. @returns false when there is none of that kind, or none left */
export async function takeRecoveryCode(db: Db, userId: string, codeHash: Buffer): Promise<boolean> {
  const { rowCount } = await db.query('update recovery_code set used_at = now() where user_id = $1 and code_hash = $2 and used_at is null', [userId, codeHash]);
  return rowCount === 1;
}

/** Takes the second factor away; whether there was one. */
export async function deleteSecondFactor(db: Db, userId: string): Promise<boolean> {
  await db.query('delete from recovery_code where user_id = $1', [userId]);
  const { rowCount } = await db.query('delete from second_factor where user_id = $1', [userId]);
  return rowCount === 1;
}
