import { createCipheriv, createDecipheriv, createHash, createHmac, getCiphers, getHashes } from 'node:crypto';
import { sm3 as sm3InScript, sm4 as sm4InScript } from 'sm-crypto-v2';

/** Each of them in whole: bytes in, bytes out. */
export interface SmAlgorithms {
  /** GM/T 0004. */
  sm3(data: Buffer): Buffer;
  hmacSm3(key: Buffer, data: Buffer): Buffer;
  /** GM/T 0002, CBC with PKCS #7 padding; key and iv of 16 bytes. */
  sm4CbcEncrypt(key: Buffer, iv: Buffer, plaintext: Buffer): Buffer;
  /** @throws Error where the padding is none; ask only for what was authenticated before */
  sm4CbcDecrypt(key: Buffer, iv: Buffer, ciphertext: Buffer): Buffer;
}

const CIPHER = 'sm4-cbc';
const HASH = 'sm3';

/** Those of OpenSSL, which Node has unless it was built without. */
export const nativeSm: SmAlgorithms = {
  sm3: (data) => createHash(HASH).update(data).digest(),
  hmacSm3: (key, data) => createHmac(HASH, key).update(data).digest(),
  sm4CbcEncrypt(key, iv, plaintext) {
    const cipher = createCipheriv(CIPHER, key, iv);
    return Buffer.concat([cipher.update(plaintext), cipher.final()]);
  },
  sm4CbcDecrypt(key, iv, ciphertext) {
    const decipher = createDecipheriv(CIPHER, key, iv);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  },
};

/** Those of sm-crypto-v2: a hundred times slower, the same bytes. */
export const scriptedSm: SmAlgorithms = {
  sm3: (data) => Buffer.from(sm3InScript(data), 'hex'),
  hmacSm3: (key, data) => Buffer.from(sm3InScript(data, { key, mode: 'hmac' }), 'hex'),
  sm4CbcEncrypt: (key, iv, plaintext) => Buffer.from(sm4InScript.encrypt(plaintext, key, { mode: 'cbc', iv, padding: 'pkcs#7', output: 'array' })),
  sm4CbcDecrypt: (key, iv, ciphertext) => Buffer.from(sm4InScript.decrypt(ciphertext, key, { mode: 'cbc', iv, padding: 'pkcs#7', output: 'array' })),
};

/** What this Node has. */
export const sm: SmAlgorithms = getCiphers().includes(CIPHER) && getHashes().includes(HASH) ? nativeSm : scriptedSm;
