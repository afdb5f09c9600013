import type { EnvironmentReader } from './environment';
import { readSmsSettings, smsEnvironment, type SmsSettings } from './sms-settings';

/** An identity provider (OpenID Connect) as the alternative to passwords. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** How the secret is sent, as the client was registered at the provider. */
  clientAuthentication: 'basic' | 'post';
  /** Claim of the ID token, or of the user info, that tells who it is. */
  userClaim: string;
  /** Whether the provider's word is enough for the second factor, or ours is asked for. */
  secondFactor: 'own' | 'provider';
  /** With `provider`: values of `acr` or `amr` of which one says that there was a second factor. */
  acrValues: string[];
  amrValues: string[];
  /** Where the browser goes once it is signed in: a path of the same origin. */
  returnPath: string;
}

export interface SignInSettings {
  /** A session without a request for so long ends. */
  idleMinutes: number;
  /** A session ends after that, used or not. */
  sessionHours: number;
  /** How long a password serves that an administrator has made. */
  firstPasswordHours: number;
  /** 64 hex digits: the key that seals the secrets of second factors. Absent: outside of production the service makes one. */
  key?: string;
  /** Address under which browsers reach the service, without a slash at the end; https makes cookies secure. */
  publicUrl?: string;
  oidc?: OidcSettings;
  /** By which applicants get their codes; absent: they cannot sign in. */
  sms?: SmsSettings;
}

/** How a key begins that a stack of development has made for itself. Part of the key: it stays where only the digits are copied. */
export const DEVELOPMENT_KEY_MARK = Buffer.from('dev-only').toString('hex');

const LISTS = { acr: 'OIDC_ACR_VALUES', amr: 'OIDC_AMR_VALUES' };

/** Reads the settings of the sign-in; what is wrong is left with the reader. @param publicUrl as the settings of HTTP have it */
export function readSignInSettings(read: EnvironmentReader, { production, publicUrl }: { production: boolean; publicUrl?: string }): SignInSettings {
  const settings: SignInSettings = {
    idleMinutes: wholeNumber(read, 'SESSION_IDLE_MINUTES', 1, 720) ?? 30,
    sessionHours: wholeNumber(read, 'SESSION_HOURS', 1, 24) ?? 12,
    firstPasswordHours: wholeNumber(read, 'FIRST_PASSWORD_HOURS', 1, 336) ?? 72,
    key: signInKey(read, production),
    publicUrl,
    sms: readSmsSettings(read, production),
  };
  const oidc = readOidc(read, production);
  if (oidc && production && settings.publicUrl === undefined) read.mistake('OIDC_ISSUER is set, but PUBLIC_URL is not: the identity provider must be told where to send people back to');
  return { ...settings, oidc };
}

/** The same settings as variables, for a process of the service; the public address is among those of HTTP. */
export function signInEnvironment({ idleMinutes, sessionHours, firstPasswordHours, key, oidc, sms }: SignInSettings): Record<string, string> {
  return {
    SESSION_IDLE_MINUTES: String(idleMinutes),
    SESSION_HOURS: String(sessionHours),
    FIRST_PASSWORD_HOURS: String(firstPasswordHours),
    SIGN_IN_KEY: key ?? '',
    ...smsEnvironment(sms),
    ...(oidc && {
      OIDC_ISSUER: oidc.issuer,
      OIDC_CLIENT_ID: oidc.clientId,
      OIDC_CLIENT_SECRET: oidc.clientSecret,
      OIDC_CLIENT_AUTHENTICATION: oidc.clientAuthentication,
      OIDC_USER_CLAIM: oidc.userClaim,
      OIDC_SECOND_FACTOR: oidc.secondFactor,
      [LISTS.acr]: oidc.acrValues.join(','),
      [LISTS.amr]: oidc.amrValues.join(','),
      OIDC_RETURN_PATH: oidc.returnPath,
    }),
  };
}

function readOidc(read: EnvironmentReader, production: boolean): OidcSettings | undefined {
  const issuer = read.matching('OIDC_ISSUER', production ? /^https:\/\/\S+$/ : /^https?:\/\/\S+$/, `an address that begins with https://${production ? '' : ' (outside of production also http://)'}`);
  const clientId = read.text('OIDC_CLIENT_ID');
  const clientSecret = read.text('OIDC_CLIENT_SECRET');
  const clientAuthentication = read.oneOf('OIDC_CLIENT_AUTHENTICATION', ['basic', 'post'] as const) ?? 'basic';
  const secondFactor = read.oneOf('OIDC_SECOND_FACTOR', ['own', 'provider'] as const) ?? 'own';
  const acrValues = list(read, LISTS.acr);
  const amrValues = list(read, LISTS.amr);
  const userClaim = read.matching('OIDC_USER_CLAIM', /^[A-Za-z0-9_:./-]{1,100}$/, 'the name of a claim') ?? 'sub';
  const returnPath = read.matching('OIDC_RETURN_PATH', /^\/(?![/\\])[^\s\\]*$/, 'a path that begins with one slash') ?? '/';
  if (issuer === undefined) return undefined;
  if (clientId === undefined || clientSecret === undefined) {
    read.mistake('OIDC_ISSUER is set, and OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be as well');
    return undefined;
  }
  if (secondFactor === 'provider' && acrValues.length + amrValues.length === 0) read.mistake('OIDC_SECOND_FACTOR is provider, so OIDC_ACR_VALUES or OIDC_AMR_VALUES must say how it tells that there was one');
  return { issuer, clientId, clientSecret, clientAuthentication, userClaim, secondFactor, acrValues, amrValues, returnPath };
}

function signInKey(read: EnvironmentReader, production: boolean): string | undefined {
  const key = secret(read, 'SIGN_IN_KEY', /^[0-9a-f]{64}$/i, '64 hexadecimal digits');
  if (key === undefined || !production) return key;
  if (/^(..)\1+$/.test(key.toLowerCase())) read.mistake('SIGN_IN_KEY is one byte repeated; make a key with "openssl rand -hex 32"');
  if (key.toLowerCase().startsWith(DEVELOPMENT_KEY_MARK)) read.mistake('SIGN_IN_KEY is the key that a stack of development made for itself, but NODE_ENV is production');
  return key;
}

function list(read: EnvironmentReader, name: string): string[] {
  return (read.text(name) ?? '').split(',').flatMap((value) => value.trim() || []);
}

function wholeNumber(read: EnvironmentReader, name: string, min: number, max: number): number | undefined {
  const value = read.matching(name, /^\d{1,5}$/, `a whole number from ${min} to ${max}`);
  if (value === undefined) return undefined;
  if (Number(value) >= min && Number(value) <= max) return Number(value);
  read.mistake(`${name} is ${value} but must be a whole number from ${min} to ${max}`);
  return undefined;
}

/** Like `matching`, for what no mistake may repeat. */
function secret(read: EnvironmentReader, name: string, pattern: RegExp, wanted: string): string | undefined {
  const value = read.text(name);
  if (value === undefined || pattern.test(value)) return value;
  read.mistake(`${name} must be ${wanted}`);
  return undefined;
}
