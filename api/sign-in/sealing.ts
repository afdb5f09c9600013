import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * Seals the secrets of second factors, so that a copy of the database makes nobody's codes.
 *
 * The only place that knows how: AES-256-GCM under the key of SIGN_IN_KEY, bound to the user whose secret it is. The envelope
 * of `security/` takes its place by giving another implementation of the same two functions.
 */
export interface Sealer {
  seal(plain: Buffer, place: string): Buffer;
  /** @throws Error when it was sealed under another key, for another place, or changed since */
  open(sealed: Buffer, place: string): Buffer;
}

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param key 32 bytes */
export function sealerWith(key: Buffer): Sealer {
  return {
    seal(plain, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.from([VERSION]), nonce, body, cipher.getAuthTag()]);
    },
    open(sealed, place) {
      if (sealed[0] !== VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) throw new Error('not a sealed value of this release');
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const body = sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES);
      const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(-TAG_BYTES));
      return Buffer.concat([cipher.update(body), cipher.final()]);
    },
  };
}
