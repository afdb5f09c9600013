import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../infra/config';
import { readIfThere } from '../infra/data-dir';
import { StartupError } from '../infra/errors';
import { DEVELOPMENT_KEY_MARK } from '../infra/sign-in-settings';

/** Name of the file in DATA_DIR with the key that a developer's stack has made for itself. */
export const SIGN_IN_KEY_FILE = 'sign-in-key';

/**
 * The key that seals the secrets of second factors: the one that is set, else outside of production one that is made once and
 * kept in DATA_DIR, readable for this user only.
 *
 * @throws StartupError in production when none is set: a key that lies beside the database protects nothing
 */
export function signInKey({ dataDir, production, signIn }: Config): string {
  if (signIn.key !== undefined) return signIn.key;
  if (production) throw new StartupError('SIGN_IN_KEY must be set in production, to 64 hexadecimal digits (openssl rand -hex 32), best as SIGN_IN_KEY_FILE.');
  const file = join(dataDir, SIGN_IN_KEY_FILE);
  const kept = readIfThere(file)?.trim();
  if (kept !== undefined && /^[0-9a-f]{64}$/.test(kept)) return kept;
  if (kept !== undefined) throw new StartupError(`${file} does not hold the key it was made with; put that back, or delete the file and reset everybody's second factor.`);
  // 192 random bits behind the mark by which production refuses it.
  const made = DEVELOPMENT_KEY_MARK + randomBytes(24).toString('hex');
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, `${made}\n`, { mode: 0o600 });
  return made;
}
