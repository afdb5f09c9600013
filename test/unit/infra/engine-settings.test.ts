import { EnvironmentReader } from '../../../infra/environment';
import { engineEnvironment, readEngineSettings } from '../../../infra/engine-settings';

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
