import { createHash, randomBytes, randomInt } from 'node:crypto';

/** 256 random bits, as text that goes into a header or a cookie as it is. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What is kept of a random secret. A plain digest is enough only because nobody can try out 120 random bits and more; never
 * use it for what a person has chosen.
 */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** No letter and no figure that is taken for another on paper. */
const LEGIBLE = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password to be handed over on paper: five groups of four, 99 bits. */
export function newFirstPassword(): string {
  return groups(5);
}

/** Ten codes that stand in for the second factor, once each: 118 bits, which is why a digest of them is enough. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: 10 }, () => groups(6));
}

/** The code as it was given out, however it is typed. */
export function normalRecoveryCode(typed: string): string {
  const letters = typed.toLowerCase().replaceAll(/[\s-]/g, '');
  return letters.match(/.{1,4}/g)?.join('-') ?? '';
}

function groups(count: number): string {
  return Array.from({ length: count }, () => Array.from({ length: 4 }, () => LEGIBLE[randomInt(LEGIBLE.length)]).join('')).join('-');
}
