import type { EnvironmentReader } from '../infra/environment';
import { PROFILE_IDS, type ProfileId } from './crypto-profile';
import type { KeyProvider } from './key-provider';
import { Keyring, KeyringMistake, parseKeyring, type KeyringContent } from './keyring';
import { TransitKms, type TransitAddress } from './transit-kms';

/** Which master keys a process works with, and by which algorithms it seals what is new. */
export interface KeySettings {
  profile: ProfileId;
  masterKeys: { content: KeyringContent; file?: string } | TransitAddress;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const MOUNT = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/;

/**
 * Reads which master keys there are: MASTER_KEYS (or MASTER_KEYS_FILE), or a KMS by KMS_URL, KMS_KEY, KMS_MOUNT and KMS_TOKEN_FILE; and
 * CRYPTO_PROFILE. In production they must be given, and the ones of development are refused.
 *
 * @returns undefined with mistakes noted at `read`
 */
export function readKeySettings(read: EnvironmentReader, { production }: { production: boolean }): KeySettings | undefined {
  const mistakesBefore = read.mistakes.length;
  const profile = readProfile(read);
  const url = read.text('KMS_URL');
  const keyring = read.text('MASTER_KEYS');
  if (url !== undefined && keyring !== undefined) read.mistake('MASTER_KEYS and KMS_URL are both set, but only one of them may be');
  const masterKeys = url === undefined ? givenKeyring(read, keyring, production) : transitAddress(read, url, production);
  return masterKeys === undefined || read.mistakes.length > mistakesBefore ? undefined : { profile, masterKeys };
}

/** Which algorithms are for what is sealed and signed from now on. */
export function readProfile(read: EnvironmentReader): ProfileId {
  return read.oneOf('CRYPTO_PROFILE', PROFILE_IDS) ?? 'intl';
}

/** The master keys of these settings. Asks nobody yet. */
export function keyProviderOf({ profile, masterKeys }: KeySettings): KeyProvider {
  return 'content' in masterKeys ? new Keyring(masterKeys.content, profile, masterKeys.file) : new TransitKms(masterKeys);
}

function givenKeyring(read: EnvironmentReader, text: string | undefined, production: boolean): { content: KeyringContent; file?: string } | undefined {
  if (text === undefined) {
    // A file that cannot be read has been complained about already.
    if (!read.mistakes.some((mistake) => mistake.startsWith('MASTER_KEYS'))) read.mistake('MASTER_KEYS (or MASTER_KEYS_FILE) or KMS_URL must be set: without a master key no personal data can be kept');
    return undefined;
  }
  try {
    const content = parseKeyring(text);
    if (production && content.isDevelopment) read.mistake('MASTER_KEYS is the keyring that a stack of development made for itself, but NODE_ENV is production');
    return { content, file: read.text('MASTER_KEYS_FILE') };
  } catch (error) {
    if (!(error instanceof KeyringMistake)) throw error;
    read.mistake(`MASTER_KEYS ${error.message}`);
    return undefined;
  }
}

function transitAddress(read: EnvironmentReader, url: string, production: boolean): TransitAddress | undefined {
  const keyName = read.matching('KMS_KEY', NAME, 'the name of a transit key');
  if (keyName === undefined && read.text('KMS_KEY') === undefined) read.mistake('KMS_KEY must be set with KMS_URL');
  const mount = read.matching('KMS_MOUNT', MOUNT, 'the path of a transit engine') ?? 'transit';
  const tokenFile = read.required('KMS_TOKEN_FILE');
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.search !== '') read.mistake('KMS_URL must look like https://vault.example:8200');
  else if (production && parsed.protocol === 'http:' && !isThisMachine(parsed.hostname)) read.mistake('KMS_URL must be https in production: data keys travel there in clear');
  return keyName === undefined ? undefined : { url, mount, keyName, tokenFile };
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
