import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentReader } from '../../../infra/environment';
import { addMasterKey, makeDevelopmentKeyring } from '../../../security/development-keyring';
import { keyProviderOf, readKeySettings } from '../../../security/key-settings';
import { Keyring } from '../../../security/keyring';
import { TransitKms } from '../../../security/transit-kms';

const directory = mkdtempSync(join(tmpdir(), 'bihuan-settings-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const given = join(directory, 'keyring.json');
addMasterKey(given, '2026');
const ofDevelopment = makeDevelopmentKeyring(directory);
const KMS = { KMS_URL: 'https://vault.example:8200', KMS_KEY: 'bihuan', KMS_TOKEN_FILE: '/run/token' };

function read(env: Record<string, string>, production = true) {
  const reader = new EnvironmentReader(env);
  const settings = readKeySettings(reader, { production });
  return { settings, mistakes: reader.mistakes };
}

test('a keyring inline or by file, or a key management service', () => {
  const inline = read({ MASTER_KEYS: readFileSync(given, 'utf8') });
  const byFile = read({ MASTER_KEYS_FILE: given, CRYPTO_PROFILE: 'gm' });
  const kms = read(KMS);
  expect([inline, byFile, kms].flatMap(({ mistakes }) => mistakes)).toEqual([]);
  expect([inline.settings?.profile, byFile.settings?.profile]).toEqual(['intl', 'gm']);
  expect(keyProviderOf(inline.settings!)).toBeInstanceOf(Keyring);
  expect(keyProviderOf(kms.settings!)).toBeInstanceOf(TransitKms);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['without any', {}, /MASTER_KEYS \(or MASTER_KEYS_FILE\) or KMS_URL must be set/],
  ['with the keyring of a stack of development', { MASTER_KEYS_FILE: ofDevelopment }, /development/],
  ['with both', { ...KMS, MASTER_KEYS_FILE: given }, /only one of them/],
  ['with a file that is not there', { MASTER_KEYS_FILE: join(directory, 'none') }, /cannot be read/],
  ['with rubbish', { MASTER_KEYS: '{"current"' }, /is not JSON/],
  ['with a service behind plain HTTP', { ...KMS, KMS_URL: 'http://vault.example:8200' }, /must be https/],
  ['with a password in the address', { ...KMS, KMS_URL: 'https://user:secret@vault.example' }, /KMS_URL must look like/],
  ['with a service and no key', { KMS_URL: KMS.KMS_URL, KMS_TOKEN_FILE: '/t' }, /KMS_KEY must be set/],
  ['with a service and no token', { KMS_URL: KMS.KMS_URL, KMS_KEY: 'k' }, /KMS_TOKEN_FILE must be set/],
  ['with a profile that does not exist', { MASTER_KEYS_FILE: given, CRYPTO_PROFILE: 'none' }, /CRYPTO_PROFILE/],
])('production %s does not start', (_, env, mistake) => {
  const { settings, mistakes } = read(env);
  expect(settings).toBeUndefined();
  expect(mistakes).toEqual([expect.stringMatching(mistake)]);
  expect(mistakes.join()).not.toContain('secret');
});

test('outside of production the keyring of the stack serves, and a service on this machine may speak HTTP', () => {
  expect(read({ MASTER_KEYS_FILE: ofDevelopment }, false).mistakes).toEqual([]);
  expect(read({ ...KMS, KMS_URL: 'http://127.0.0.1:8200' }).mistakes).toEqual([]);
});

test('a keyring of development is one also when it comes inline', () => {
  writeFileSync(join(directory, 'copy'), readFileSync(ofDevelopment));
  expect(read({ MASTER_KEYS: readFileSync(join(directory, 'copy'), 'utf8') }).mistakes).toEqual([expect.stringContaining('development')]);
});
