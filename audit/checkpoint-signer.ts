import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { ProfileId } from '../security/crypto-profile';
import { profileOf } from '../security/crypto-profiles';
import { sm2KeysIn, sm2PointIn, sm2PrivatePem, sm2PublicDer, sm2PublicPem } from '../security/sm2-keys';

/** Signs checkpoints: Ed25519 in the `intl` profile, SM2 in `gm`. Which one, the key itself says. */
export interface CheckpointSigner {
  readonly algorithm: 'Ed25519' | 'SM2';
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

/** A new key as PEM (PKCS #8). */
export function newSigningKey(profile: ProfileId, { forDevelopment = false } = {}): string {
  const keys = profileOf(profile).createSigningKeys();
  const pem = profile === 'gm' ? sm2PrivatePem(keys) : (createPrivateKey({ key: keys.privateKey, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' }) as string);
  return forDevelopment ? `${FOR_DEVELOPMENT}\n${pem}` : pem;
}

/** @throws SigningKeyMistake for what is no Ed25519 or SM2 key in PEM */
export function signerOf(pem: string): CheckpointSigner {
  const isForDevelopment = pem.includes(FOR_DEVELOPMENT);
  const sm2 = sm2KeysIn(pem);
  if (sm2) {
    const { privateKey, publicKey } = sm2;
    const sign = (data: Buffer) => profileOf('gm').sign(privateKey, data);
    return { algorithm: 'SM2', keyId: keyIdOf(sm2PublicDer(publicKey)), publicKey: sm2PublicPem(publicKey), isForDevelopment, sign };
  }
  const key = ed25519(() => createPrivateKey(pem), 'holds no private key in PEM (PKCS #8)');
  const publicKey = createPublicKey(key);
  const privateKey = key.export({ format: 'der', type: 'pkcs8' });
  return {
    algorithm: 'Ed25519',
    keyId: keyIdOf(derOf(publicKey)),
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }) as string,
    isForDevelopment,
    sign: (data) => profileOf('intl').sign(privateKey, data),
  };
}

/** @throws SigningKeyMistake for what is no Ed25519 or SM2 public key in PEM */
export function checkpointKeyOf(pem: string): CheckpointKey {
  const point = sm2PointIn(pem);
  if (point) return { keyId: keyIdOf(sm2PublicDer(point)), verifies: (data, signature) => profileOf('gm').verify(point, data, signature) };
  const publicKey = derOf(ed25519(() => createPublicKey(pem), 'holds no public key in PEM'));
  return { keyId: keyIdOf(publicKey), verifies: (data, signature) => profileOf('intl').verify(publicKey, data, signature) };
}

/** A key of another kind would bring an algorithm of its own. */
function ed25519(read: () => KeyObject, mistake: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new SigningKeyMistake(mistake);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new SigningKeyMistake(`holds a key of another kind than Ed25519 or SM2 (${key.asymmetricKeyType ?? 'unknown'})`);
  return key;
}

function derOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' });
}

function keyIdOf(der: Buffer): string {
  return createHash('sha256').update(der).digest('hex').slice(0, 16);
}
