import { Secret, TOTP } from 'otpauth';

const PERIOD_S = 30;
/** 160 bits, as long as the digest of SHA-1 (RFC 4226, section 4). */
const SECRET_BYTES = 20;
/** Steps to either side that count as now: clocks of telephones go wrong. */
const WINDOW = 1;

export interface NewSecret {
  bytes: Buffer;
  /** For a QR code. */
  uri: string;
  /** To be typed in by hand. */
  base32: string;
}

/** A new secret for an authenticator (RFC 6238: SHA-1, 30 s, 6 digits, which is what every authenticator can). */
export function newTotpSecret(username: string): NewSecret {
  const secret = new Secret({ size: SECRET_BYTES });
  const uri = generator(secret, username).toString();
  return { bytes: Buffer.from(secret.bytes), uri, base32: secret.base32 };
}

/** The time step to which a code belongs; undefined for a code of no step near `nowMs`. */
export function stepOfCode(secret: Buffer, code: string, nowMs: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const totp = generator(new Secret({ buffer: Uint8Array.from(secret).buffer }), '');
  const delta = totp.validate({ token: code, timestamp: nowMs, window: WINDOW });
  return delta === null ? undefined : Math.floor(nowMs / 1000 / PERIOD_S) + delta;
}

function generator(secret: Secret, label: string): TOTP {
  return new TOTP({ issuer: 'Bihuan', label, secret, algorithm: 'SHA1', digits: 6, period: PERIOD_S });
}
