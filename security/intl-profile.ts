import { createCipheriv, createDecipheriv, createHash, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, randomBytes, sign, verify } from 'node:crypto';
import { KEY_BYTES, mustBeKey, NotAuthentic, type CryptoProfile } from './crypto-profile';

const CIPHER = 'aes-256-gcm';
/** 96 bits at random, as NIST SP 800-38D has it. A key seals one case's values, far fewer than the 2^32 that it allows. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM, HMAC-SHA-256, SHA-256, HKDF-SHA-256, Ed25519. An encrypted value is nonce, ciphertext, tag. Keys of signers: PKCS #8 and SPKI in DER. */
export const intlProfile: CryptoProfile = {
  id: 'intl',
  code: 1,

  encrypt(key, plaintext, associated) {
    mustBeKey(key);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(associated);
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
  },

  decrypt(key, encrypted, associated) {
    mustBeKey(key);
    if (encrypted.length < NONCE_BYTES + TAG_BYTES) throw new NotAuthentic();
    const tagAt = encrypted.length - TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, key, encrypted.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES }).setAAD(associated);
    decipher.setAuthTag(encrypted.subarray(tagAt));
    const plaintext = decipher.update(encrypted.subarray(NONCE_BYTES, tagAt));
    try {
      decipher.final();
    } catch {
      throw new NotAuthentic();
    }
    return plaintext;
  },

  mac: (key, data) => createHmac('sha256', key).update(data).digest(),
  digest: (data) => createHash('sha256').update(data).digest(),

  deriveKey(key, purpose) {
    mustBeKey(key);
    return Buffer.from(hkdfSync('sha256', key, '', purpose, KEY_BYTES));
  },

  createSigningKeys() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    return { privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }), publicKey: publicKey.export({ format: 'der', type: 'spki' }) };
  },

  sign: (privateKey, data) => sign(null, data, createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' })),

  verify(publicKey, data, signature) {
    try {
      const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
      // A key of another kind would bring an algorithm of its own.
      return key.asymmetricKeyType === 'ed25519' && verify(null, data, key, signature);
    } catch {
      return false;
    }
  },
};
