import { readFileSync } from 'node:fs';
import type { KeyringJson } from '../../../security/keyring';
import { OwnApi } from '../../stack/own-api';
import { testStack } from '../../stack/test-stack';

test('in production the API names everything that speaks against its settings at once, with how to mend it, and does not start', async () => {
  const said = await OwnApi.refusal({ NODE_ENV: 'production', HOST: '0.0.0.0', SIMULATION: 'on', PUBLIC_URL: 'http://aid.example.org', SIGN_IN_KEY_FILE: '' });
  for (const part of ['HOST is 0.0.0.0', 'TLS_CERT_FILE', 'TRUST_PROXY', 'PUBLIC_URL begins with http:', 'SIMULATION is on', 'MASTER_KEYS', 'SIGN_IN_KEY']) expect(said).toContain(part);
});

test('nor does it start on a record that holds demo users', async () => {
  const { development: _development, ...keyring } = JSON.parse(readFileSync(testStack().keyringFile, 'utf8')) as KeyringJson;
  const env = { NODE_ENV: 'production', SIMULATION: 'off', MASTER_KEYS_FILE: '', MASTER_KEYS: JSON.stringify(keyring), SIGN_IN_KEY_FILE: '', SIGN_IN_KEY: 'a1b2'.repeat(16) };
  expect(await OwnApi.refusal(env)).toContain('demo users');
});

test('a mistake of the settings is told before anything is listened to', async () => {
  expect(await OwnApi.refusal({ TRUST_PROXY: 'true' })).toContain('TRUST_PROXY names "true"');
});
