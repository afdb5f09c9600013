import type { Db } from './db';

/** A sign-in that is under way at the identity provider. */
export interface OidcAttempt {
  nonce: string;
  codeVerifier: string;
}

export async function insertOidcAttempt(db: Db, { stateHash, browserHash, nonce, codeVerifier, minutes }: OidcAttempt & { stateHash: Buffer; browserHash: Buffer; minutes: number }): Promise<void> {
  await db.query('delete from oidc_attempt where state_hash in (select state_hash from oidc_attempt where expires_at < now() limit 100 for update skip locked)');
  await db.query('insert into oidc_attempt (state_hash, browser_hash, nonce, code_verifier, expires_at) values ($1, $2, $3, $4, now() + make_interval(mins => $5))', [
    stateHash,
    browserHash,
    nonce,
    codeVerifier,
    minutes,
  ]);
}

/** Takes an attempt out of the record: it serves once, and only the browser that began it. */
export async function takeOidcAttempt(db: Db, stateHash: Buffer, browserHash: Buffer): Promise<OidcAttempt | undefined> {
  const { rows } = await db.query<OidcAttempt>(
    'delete from oidc_attempt where state_hash = $1 and browser_hash = $2 and expires_at > now() returning nonce, code_verifier as "codeVerifier"',
    [stateHash, browserHash],
  );
  return rows[0];
}
