import { sm2 } from 'sm-crypto-v2';
import type { SigningKeys } from './crypto-profile';

/**
 * SM2 keys as files have them: PEM of PKCS #8 and of SubjectPublicKeyInfo, as OpenSSL writes them too. Written out here, because
 * Node knows keys of this curve only where its OpenSSL was built with it, and then by no name.
 */
const PRIVATE_PREFIX = Buffer.from('308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420', 'hex');
/** Between the private key and its point. */
const POINT_PREFIX = Buffer.from('a144034200', 'hex');
const PUBLIC_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex');
const PRIVATE_BYTES = 32;
const POINT_BYTES = 65;

/** @returns the private key and its point; undefined for whatever is no SM2 key in PEM (PKCS #8) */
export function sm2KeysIn(pem: string): SigningKeys | undefined {
  const der = derIn(pem, 'PRIVATE KEY');
  if (der?.subarray(0, PRIVATE_PREFIX.length).equals(PRIVATE_PREFIX) !== true) return undefined;
  const privateKey = der.subarray(PRIVATE_PREFIX.length, PRIVATE_PREFIX.length + PRIVATE_BYTES);
  try {
    // The point of the file is not asked: it could be another's.
    return { privateKey, publicKey: Buffer.from(sm2.getPublicKeyFromPrivateKey(privateKey.toString('hex')), 'hex') };
  } catch {
    return undefined; // zero, or cut off
  }
}

/** @returns the point; undefined for whatever is no SM2 public key in PEM */
export function sm2PointIn(pem: string): Buffer | undefined {
  const der = derIn(pem, 'PUBLIC KEY');
  const isOne = der?.length === PUBLIC_PREFIX.length + POINT_BYTES && der.subarray(0, PUBLIC_PREFIX.length).equals(PUBLIC_PREFIX);
  const point = isOne ? der.subarray(PUBLIC_PREFIX.length) : undefined;
  return point && sm2.verifyPublicKey(point.toString('hex')) ? point : undefined;
}

/** PKCS #8. */
export function sm2PrivatePem({ privateKey, publicKey }: SigningKeys): string {
  return pemOf('PRIVATE KEY', Buffer.concat([PRIVATE_PREFIX, privateKey, POINT_PREFIX, publicKey]));
}

/** SubjectPublicKeyInfo, in DER. */
export function sm2PublicDer(point: Buffer): Buffer {
  return Buffer.concat([PUBLIC_PREFIX, point]);
}

export function sm2PublicPem(point: Buffer): string {
  return pemOf('PUBLIC KEY', sm2PublicDer(point));
}

function derIn(pem: string, label: string): Buffer | undefined {
  const base64 = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`).exec(pem)?.[1];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
}

function pemOf(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
