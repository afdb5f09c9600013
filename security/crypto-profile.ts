/** `intl`: AES-256-GCM, HMAC-SHA-256, Ed25519. `gm`: SM4-CBC with HMAC-SM3, SM2 (GM/T 0002 to 0004). */
export const PROFILE_IDS = ['intl', 'gm'] as const;
export type ProfileId = (typeof PROFILE_IDS)[number];

/** Length of every secret key that a profile works with; what its ciphers need is derived from that. */
export const KEY_BYTES = 32;

/** Keys of a signer, in the form that the profile itself reads. */
export interface SigningKeys {
  privateKey: Buffer;
  publicKey: Buffer;
}

/** A family of algorithms that belong together. Everything is bytes; keys are of {@link KEY_BYTES}. */
export interface CryptoProfile {
  readonly id: ProfileId;
  /** Stands in every sealed value: each profile opens its own only. */
  readonly code: number;
  /** Encrypts and authenticates, `associated` included, which is not in the answer. Never the same answer twice. */
  encrypt(key: Buffer, plaintext: Buffer, associated: Buffer): Buffer;
  /** @throws NotAuthentic for anything but what `encrypt` gave for this key and this associated data */
  decrypt(key: Buffer, encrypted: Buffer, associated: Buffer): Buffer;
  mac(key: Buffer, data: Buffer): Buffer;
  digest(data: Buffer): Buffer;
  /** A key for one purpose alone: whoever learns it learns neither `key` nor the keys for other purposes (HKDF, RFC 5869). */
  deriveKey(key: Buffer, purpose: string): Buffer;
  createSigningKeys(): SigningKeys;
  sign(privateKey: Buffer, data: Buffer): Buffer;
  /** False for whatever was not signed by that key, malformed signatures and keys included. */
  verify(publicKey: Buffer, data: Buffer, signature: Buffer): boolean;
}

/** What was to be opened was changed, cut, moved to another place, or is under another key. Which of them is not told. */
export class NotAuthentic extends Error {
  override readonly name = 'NotAuthentic';

  constructor() {
    super('not authentic: changed, moved, or under another key');
  }
}

/** @throws RangeError for a key of another length: a fault of ours */
export function mustBeKey(key: Buffer): void {
  if (key.length !== KEY_BYTES) throw new RangeError(`a key of ${KEY_BYTES} bytes is needed, not of ${key.length}`);
}
