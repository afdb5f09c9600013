import { randomBytes, timingSafeEqual } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { KEY_BYTES, mustBeKey, NotAuthentic, type CryptoProfile } from './crypto-profile';
import { sm } from './sm-algorithms';

const SM4_KEY_BYTES = 16;
const BLOCK_BYTES = 16;
const TAG_BYTES = 32;
/** r and s, 32 bytes each: DER could be written in more ways than one. */
const SIGNATURE_BYTES = 64;
/** Public keys are points, uncompressed. */
const POINT = /^04[0-9a-f]{128}$/;

/**
 * SM4-CBC with a random IV, then HMAC-SM3 over everything (encrypt-then-MAC), each with a key derived for it alone; HKDF with
 * HMAC-SM3; SM2 with SM3 and the usual user id (GM/T 0009), not through OpenSSL as Node has it, which signs with plain ECDSA
 * on that curve. An encrypted value is IV, ciphertext, tag. Keys of signers: 32 bytes, and the point; a signature is r and s.
 */
export const gmProfile: CryptoProfile = {
  id: 'gm',
  code: 2,

  encrypt(key, plaintext, associated) {
    const { cipherKey, macKey } = keysOf(key);
    const iv = randomBytes(BLOCK_BYTES);
    const ciphertext = sm.sm4CbcEncrypt(cipherKey, iv, plaintext);
    return Buffer.concat([iv, ciphertext, sm.hmacSm3(macKey, authenticated(associated, iv, ciphertext))]);
  },

  decrypt(key, encrypted, associated) {
    const { cipherKey, macKey } = keysOf(key);
    const tagAt = encrypted.length - TAG_BYTES;
    if (tagAt < 2 * BLOCK_BYTES || tagAt % BLOCK_BYTES !== 0) throw new NotAuthentic();
    const [iv, ciphertext, tag] = [encrypted.subarray(0, BLOCK_BYTES), encrypted.subarray(BLOCK_BYTES, tagAt), encrypted.subarray(tagAt)];
    // Before anything is decrypted: whoever may send ciphertexts must not learn from how the padding fails.
    if (!timingSafeEqual(tag, sm.hmacSm3(macKey, authenticated(associated, iv, ciphertext)))) throw new NotAuthentic();
    return sm.sm4CbcDecrypt(cipherKey, iv, ciphertext);
  },

  mac: (key, data) => sm.hmacSm3(key, data),
  digest: (data) => sm.sm3(data),
  deriveKey: (key, purpose) => hkdf(key, purpose, KEY_BYTES),

  createSigningKeys() {
    const { privateKey, publicKey } = sm2.generateKeyPairHex();
    return { privateKey: Buffer.from(privateKey, 'hex'), publicKey: Buffer.from(publicKey, 'hex') };
  },

  sign(privateKey, data) {
    const hex = privateKey.toString('hex');
    return Buffer.from(sm2.doSignature(data, hex, { hash: true, publicKey: sm2.getPublicKeyFromPrivateKey(hex) }), 'hex');
  },

  verify(publicKey, data, signature) {
    const point = publicKey.toString('hex');
    if (!POINT.test(point) || signature.length !== SIGNATURE_BYTES) return false;
    try {
      // The library refuses an s out of range and an r that is none of the remainders; r = 0 it would let pass.
      return sm2.verifyPublicKey(point) && !isZero(signature.subarray(0, SIGNATURE_BYTES / 2)) && sm2.doVerifySignature(data, signature.toString('hex'), point, { hash: true });
    } catch {
      return false; // what is no signature at all
    }
  },
};

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

function keysOf(key: Buffer): { cipherKey: Buffer; macKey: Buffer } {
  return { cipherKey: hkdf(key, 'sm4-cbc', SM4_KEY_BYTES), macKey: hkdf(key, 'hmac-sm3', KEY_BYTES) };
}

/** The length of what is associated stands before it: no byte can pass from one part into the next. */
function authenticated(associated: Buffer, iv: Buffer, ciphertext: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(associated.length));
  return Buffer.concat([length, associated, iv, ciphertext]);
}

/** RFC 5869 with HMAC-SM3 and no salt, for no more than one block of 32 bytes. */
function hkdf(key: Buffer, purpose: string, bytes: number): Buffer {
  mustBeKey(key);
  const extracted = sm.hmacSm3(Buffer.alloc(32), key);
  return sm.hmacSm3(extracted, Buffer.concat([Buffer.from(purpose), Buffer.of(1)])).subarray(0, bytes);
}
