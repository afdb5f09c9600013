import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';

/** Signs checkpoints. One implementation for each family of algorithms. */
export interface CheckpointSigner {
  readonly algorithm: string;
  /** Names the public key, by its digest. */
  readonly keyId: string;
  /** PEM. */
  readonly publicKey: string;
  /** Made by `npm start` for itself: never for real households. */
  readonly isForDevelopment: boolean;
  sign(data: Buffer): Buffer;
}

/** A public key by which checkpoints are verified. */
export interface CheckpointKey {
  readonly keyId: string;
  /** False for whatever this key did not sign. */
  verifies(data: Buffer, signature: Buffer): boolean;
}

/** What should be a key is none. `message` follows the name of where it came from and never repeats the content. */
export class SigningKeyMistake extends Error {
  override readonly name = 'SigningKeyMistake';
}

/** PEM readers skip what stands before the key. */
const FOR_DEVELOPMENT = 'Made by "npm start" for development; refused in production.';

/** A new Ed25519 key as PEM (PKCS #8). */
export function newSigningKey({ forDevelopment = false } = {}): string {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  return forDevelopment ? `${FOR_DEVELOPMENT}\n${pem}` : pem;
}

/** @throws SigningKeyMistake for what is no Ed25519 key in PEM */
export function signerOf(pem: string): CheckpointSigner {
  const privateKey = ed25519(() => createPrivateKey(pem), 'holds no private key in PEM (PKCS #8)');
  const publicKey = createPublicKey(privateKey);
  return {
    algorithm: 'Ed25519',
    keyId: keyIdOf(publicKey),
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }) as string,
    isForDevelopment: pem.includes(FOR_DEVELOPMENT),
    sign: (data) => sign(null, data, privateKey),
  };
}

/** @throws SigningKeyMistake for what is no Ed25519 public key in PEM */
export function checkpointKeyOf(pem: string): CheckpointKey {
  const publicKey = ed25519(() => createPublicKey(pem), 'holds no public key in PEM');
  return { keyId: keyIdOf(publicKey), verifies: (data, signature) => verify(null, data, publicKey, signature) };
}

/** A key of another kind would bring an algorithm of its own. */
function ed25519(read: () => KeyObject, mistake: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new SigningKeyMistake(mistake);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new SigningKeyMistake(`holds a key of another kind than Ed25519 (${key.asymmetricKeyType ?? 'unknown'})`);
  return key;
}

function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256').update(publicKey.export({ format: 'der', type: 'spki' })).digest('hex').slice(0, 16);
}
