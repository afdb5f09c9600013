import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { hash, parseOptions, verify } from '@node-rs/argon2';

const derive = promisify(scrypt) as (password: string, salt: Buffer, length: number) => Promise<Buffer>;

/** Argon2id, KiB and passes, as the OWASP Password Storage Cheat Sheet asks for at least. Raising them takes effect at everybody's next sign-in. */
export const HASHING = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

/** A password hash that no password matches: an unknown name takes as long as a known one. */
const NOBODY = `$argon2id$v=19$m=${HASHING.memoryCost},t=${HASHING.timeCost},p=${HASHING.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** What stands in the record for somebody who has no password, as who only signs in through an identity provider. */
export const NO_PASSWORD = 'none';

/** Salted argon2id hash of a password, as text with its parameters. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, HASHING);
}

/**
 * Whether `password` is the one behind `stored`, an argon2id hash or a scrypt one of the releases before. Without a stored
 * hash, and with one that is broken, it is not, and that takes as long.
 */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  if (stored?.startsWith('scrypt:')) return isScryptPassword(password, stored);
  const isReadable = stored !== undefined && parametersOf(stored) !== undefined;
  const fits = await verify(isReadable ? stored : NOBODY, password).catch(() => false); // a hash that was cut short
  return isReadable && fits;
}

/** Whether a stored hash is weaker than a new one would be. */
export function needsRehash(stored: string): boolean {
  const used = parametersOf(stored);
  return used === undefined || used.memoryCost < HASHING.memoryCost || used.timeCost < HASHING.timeCost || used.outputLen < HASHING.outputLen;
}

function parametersOf(stored: string): ReturnType<typeof parseOptions> | undefined {
  if (!stored.startsWith('$argon2id$')) return undefined;
  try {
    return parseOptions(stored);
  } catch {
    return undefined;
  }
}

async function isScryptPassword(password: string, stored: string): Promise<boolean> {
  const [, salt = '', hexHash = ''] = stored.split(':');
  const expected = Buffer.from(hexHash, 'hex');
  const actual = await derive(password, Buffer.from(salt, 'hex'), 32);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
