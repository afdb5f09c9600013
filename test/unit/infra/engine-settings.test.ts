import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../infra/config';
import { EnvironmentReader } from '../../../infra/environment';
import { engineEnvironment, readEngineSettings } from '../../../infra/engine-settings';
import { productionMistakes } from '../../../infra/production';

function settings(env: Record<string, string>, production = false) {
  const read = new EnvironmentReader(env);
  return { settings: readEngineSettings(read, { production }), mistakes: read.mistakes };
}

test('in production a case takes nothing that was not sealed, unless an operator says otherwise; elsewhere it does', () => {
  expect(settings({}, true).settings.plainPayloads).toBe('refuse');
  expect(settings({}).settings.plainPayloads).toBe('read');
  expect(settings({ ENGINE_PLAIN_PAYLOADS: 'read' }, true).settings.plainPayloads).toBe('read');
  expect(settings({ ENGINE_PLAIN_PAYLOADS: 'off' }).mistakes).toHaveLength(1);
});

test('the UI is named by its origin and nothing more, so that it can be compared with what browsers send', () => {
  for (const origin of ['https://engine.example.org', 'http://127.0.0.1:8233', 'http://[::1]:8233']) expect(settings({ ENGINE_UI_ORIGIN: origin })).toMatchObject({ settings: { uiOrigin: origin }, mistakes: [] });
  for (const none of ['*', 'null', 'engine.example.org', 'https://engine.example.org/', 'https://a@b.example', 'https://a.example,https://b.example', 'ftp://a.example']) {
    expect({ none, mistakes: settings({ ENGINE_UI_ORIGIN: none }).mistakes.length }).toEqual({ none, mistakes: 1 });
  }
});

test('a process of ours reads from its environment what was given to it', () => {
  for (const given of [{ plainPayloads: 'refuse', uiOrigin: 'http://127.0.0.1:8233' }, { plainPayloads: 'read', uiOrigin: undefined }] as const) {
    expect(settings(engineEnvironment(given)).settings).toEqual(given);
  }
});

describe('an engine elsewhere is reached by TLS', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bihuan-engine-tls-'));
  const at = (name: string) => join(directory, name);
  const [AUTHORITY, CERTIFICATE, KEY] = ['engine_authority', 'engine_client_certificate', 'engine_client_key'].map(at) as [string, string, string];
  beforeAll(() => void execFileSync('sh', [join(__dirname, '../../../infra/containers/make-secrets.sh'), directory]));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const names = { TEMPORAL_TLS_SERVER_CA_CERT_PATH: AUTHORITY, TEMPORAL_TLS_CLIENT_CERT_PATH: CERTIFICATE, TEMPORAL_TLS_CLIENT_KEY_PATH: KEY };

  test('with its authority, with a certificate of our own, or with both; a process of ours is told the same', () => {
    const own = { certificatePath: CERTIFICATE, keyPath: KEY };
    for (const [env, tls] of [
      [{ ...names, TEMPORAL_TLS_SERVER_NAME: 'temporal' }, { authorityPath: AUTHORITY, own, serverName: 'temporal' }],
      [{ TEMPORAL_TLS_SERVER_CA_CERT_PATH: AUTHORITY }, { authorityPath: AUTHORITY }],
      [{ TEMPORAL_TLS_CLIENT_CERT_PATH: CERTIFICATE, TEMPORAL_TLS_CLIENT_KEY_PATH: KEY }, { own }],
      [{}, undefined],
    ] as const) {
      const read = settings(env);
      expect(read).toMatchObject({ mistakes: [], settings: { plainPayloads: 'read' } });
      expect(read.settings.tls).toEqual(tls);
      expect(settings(engineEnvironment(read.settings)).settings).toEqual(read.settings);
    }
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['a certificate without its key', { TEMPORAL_TLS_CLIENT_CERT_PATH: CERTIFICATE }, /belong together/],
    ['a key without its certificate', { ...names, TEMPORAL_TLS_CLIENT_CERT_PATH: '' }, /belong together/],
    ['a name without any TLS', { TEMPORAL_TLS_SERVER_NAME: 'temporal' }, /no TLS would be spoken/],
    ['a name that is none', { ...names, TEMPORAL_TLS_SERVER_NAME: 'https://temporal' }, /TEMPORAL_TLS_SERVER_NAME .* the name of a host/],
    ['a file that is not there', { ...names, TEMPORAL_TLS_SERVER_CA_CERT_PATH: at('nothing') }, /TEMPORAL_TLS_SERVER_CA_CERT_PATH .* cannot be used/],
    ['a key where a certificate belongs', { ...names, TEMPORAL_TLS_CLIENT_CERT_PATH: KEY }, /TEMPORAL_TLS_CLIENT_CERT_PATH .* cannot be used/],
    ['a certificate where a key belongs', { ...names, TEMPORAL_TLS_CLIENT_KEY_PATH: CERTIFICATE }, /TEMPORAL_TLS_CLIENT_KEY_PATH .* cannot be used/],
  ])('%s is a mistake, told by the name of the setting', (_what, env, said) => {
    expect(settings(env).mistakes).toEqual([expect.stringMatching(said)]);
  });

  test('for the embedded engine it is a mistake; in production an engine on another machine needs it', () => {
    expect(() => readConfig(names)).toThrow('TEMPORAL_ADDRESS is not');
    expect(readConfig({ ...names, TEMPORAL_ADDRESS: 'temporal:7233' }).engine.tls).toBeDefined();
    const { tls } = settings(names).settings;
    for (const address of ['temporal:7233', '10.0.0.5:7233', '[2001:db8::5]:7233']) {
      expect(productionMistakes({ engine: { address } })).toEqual([expect.stringContaining('TEMPORAL_TLS_SERVER_CA_CERT_PATH')]);
      expect(productionMistakes({ engine: { address, tls } })).toEqual([]);
    }
    for (const address of ['127.0.0.1:7233', 'localhost:7233', '[::1]:7233']) expect(productionMistakes({ engine: { address } })).toEqual([]);
  });
});
