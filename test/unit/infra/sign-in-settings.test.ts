import { EnvironmentReader, type Environment } from '../../../infra/environment';
import { readSignInSettings, signInEnvironment } from '../../../infra/sign-in-settings';

const KEY = 'a1b2'.repeat(16);
const OIDC = { OIDC_ISSUER: 'https://id.example.org', OIDC_CLIENT_ID: 'bihuan', OIDC_CLIENT_SECRET: 'hush' };

function read(env: Environment, production = false) {
  const reader = new EnvironmentReader(env);
  return { settings: readSignInSettings(reader, { production, publicUrl: env.PUBLIC_URL }), mistakes: reader.mistakes };
}

test('nothing needs to be set outside of production', () => {
  expect(read({})).toEqual({ settings: { idleMinutes: 30, sessionHours: 12, firstPasswordHours: 72, key: undefined, publicUrl: undefined, oidc: undefined, sms: { via: 'sandbox' } }, mistakes: [] });
});

test('what a process of the service is handed reads as what was set', () => {
  const env = { ...OIDC, SIGN_IN_KEY: KEY, PUBLIC_URL: 'https://help.example.org', SESSION_IDLE_MINUTES: '10', OIDC_SECOND_FACTOR: 'provider', OIDC_AMR_VALUES: 'otp, hwk', OIDC_RETURN_PATH: '/app' };
  const { settings, mistakes } = read(env, true);
  expect(mistakes).toEqual([]);
  expect(settings).toMatchObject({ idleMinutes: 10, publicUrl: 'https://help.example.org', oidc: { issuer: 'https://id.example.org', userClaim: 'sub', amrValues: ['otp', 'hwk'], acrValues: [], clientAuthentication: 'basic' } });
  expect(read({ ...signInEnvironment(settings), PUBLIC_URL: settings.publicUrl }, true)).toEqual({ settings, mistakes: [] });
  expect(read(signInEnvironment(read({}).settings))).toEqual(read({}));
});

test.each<[string, Environment, string]>([
  ['a key that is none', { SIGN_IN_KEY: 'short-and-secret' }, 'SIGN_IN_KEY must be 64 hexadecimal digits'],
  ['an idle time without end', { SESSION_IDLE_MINUTES: '10000' }, 'SESSION_IDLE_MINUTES is 10000 but must be a whole number from 1 to 720'],
  ['a provider without a client', { OIDC_ISSUER: 'https://id.example.org' }, 'OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be as well'],
  ['trust without terms', { ...OIDC, OIDC_SECOND_FACTOR: 'provider' }, 'OIDC_ACR_VALUES or OIDC_AMR_VALUES'],
  ['a return to another site', { ...OIDC, OIDC_RETURN_PATH: '//evil.example.org' }, 'OIDC_RETURN_PATH'],
  ['a return to another site by backslash', { ...OIDC, OIDC_RETURN_PATH: '/\\evil.example.org' }, 'OIDC_RETURN_PATH'],
])('%s is a mistake', (_what, env, mistake) => {
  const { mistakes } = read(env);
  expect(mistakes).toHaveLength(1);
  expect(mistakes[0]).toContain(mistake);
});

test('no mistake repeats a secret', () => {
  expect(read({ SIGN_IN_KEY: 'short-and-secret', OIDC_ISSUER: 'https://id.example.org', OIDC_CLIENT_SECRET: 'hush' }).mistakes.join()).not.toMatch(/short-and-secret|hush/);
});

test('in production the provider is reached by TLS and told where to send people back to', () => {
  expect(read({ ...OIDC, OIDC_ISSUER: 'http://id.example.org', PUBLIC_URL: 'https://x.example.org' }, true).mistakes[0]).toContain('https://');
  expect(read(OIDC, true).mistakes[0]).toContain('PUBLIC_URL');
});

describe('short messages', () => {
  const SMS = { SMS_URL: 'https://sms.example.org/messages', SMS_TOKEN: 'hush' };

  test('go to the sandbox outside of production, and nowhere in it unless there is a gateway', () => {
    expect(read({}).settings.sms).toEqual({ via: 'sandbox' });
    expect(read({ SMS_SANDBOX: 'off' }).settings.sms).toBeUndefined();
    expect(read({}, true)).toMatchObject({ settings: { sms: undefined }, mistakes: [] });
    for (const production of [true, false]) expect(read(SMS, production)).toMatchObject({ settings: { sms: { via: 'http', url: SMS.SMS_URL, token: 'hush' } }, mistakes: [] });
    expect(read({ SMS_URL: 'http://127.0.0.1:8080/' }, true).mistakes).toEqual([]);
  });

  test.each<[Environment, boolean]>([[{}, false], [{ SMS_SANDBOX: 'off' }, false], [{}, true], [SMS, true], [{ SMS_URL: SMS.SMS_URL }, false]])('%j reads the same in the process that is handed it', (env, production) => {
    const { settings } = read(env, production);
    expect(read(signInEnvironment(settings), production).settings.sms).toEqual(settings.sms);
  });

  test.each<[string, Environment, boolean, string]>([
    ['the sandbox in production', { SMS_SANDBOX: 'on' }, true, 'SMS_SANDBOX is on, but NODE_ENV is production'],
    ['codes that everybody on the way can read', { SMS_URL: 'http://sms.example.org/' }, true, 'SMS_URL must begin with https://'],
    ['both', { ...SMS, SMS_SANDBOX: 'on' }, false, 'only one of them can be meant'],
    ['a token for nobody', { SMS_TOKEN: 'hush' }, false, 'SMS_TOKEN is set without SMS_URL'],
    ['no address', { SMS_URL: 'sms.example.org' }, false, 'SMS_URL is "sms.example.org" but must be'],
  ])('%s is a mistake that tells no secret', (_what, env, production, mistake) => {
    const { mistakes } = read(env, production);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(mistake);
    expect(mistakes[0]).not.toContain('hush');
  });
});
