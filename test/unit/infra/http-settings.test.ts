import { EnvironmentReader } from '../../../infra/environment';
import { httpEnvironment, readHttpSettings } from '../../../infra/http-settings';
import { productionMistakes, type ProductionFacts } from '../../../infra/production';

function read(env: Record<string, string>, production = true) {
  const reader = new EnvironmentReader(env);
  return { settings: readHttpSettings(reader, production), mistakes: reader.mistakes };
}

test('what a process is told of the settings says the same again', () => {
  const { settings, mistakes } = read({ TLS_CERT_FILE: 'a.pem', TLS_KEY_FILE: '/k.pem', TRUST_PROXY: '10.0.0.5, 172.16.0.0/12', PUBLIC_URL: 'https://Aid.example.org/', RATE_LIMITS: 'lookup=30, signIn=5' });
  expect(mistakes).toEqual([]);
  expect(settings).toMatchObject({ publicUrl: 'https://aid.example.org', trustProxy: ['10.0.0.5', '172.16.0.0/12'], rateLimits: { lookup: 30, signIn: 5 }, rateLimitFactor: 1 });
  expect(read(httpEnvironment(settings)).settings).toEqual(settings);
  expect(read(httpEnvironment(read({}, false).settings)).settings).toEqual(read({}, false).settings);
});

test.each([
  [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY names "true"'],
  [{ TRUST_PROXY: '0.0.0.0/0' }, 'anybody could be in it'],
  [{ TLS_CERT_FILE: 'a.pem' }, 'TLS_CERT_FILE is set without TLS_KEY_FILE'],
  [{ TLS_KEY_FILE: 'a.pem' }, 'TLS_KEY_FILE is set without TLS_CERT_FILE'],
  [{ PUBLIC_URL: 'aid.example.org' }, 'PUBLIC_URL must be an address'],
  [{ PUBLIC_URL: 'https://aid.example.org/path' }, 'PUBLIC_URL must be an address'],
  [{ PUBLIC_URL: 'https://user@aid.example.org' }, 'PUBLIC_URL must be an address'],
  [{ RATE_LIMITS: 'lookup' }, 'RATE_LIMITS holds "lookup"'],
  [{ RATE_LIMITS: 'lookup=0' }, 'RATE_LIMITS holds "lookup=0"'],
  [{ RATE_LIMITS: 'everything=5' }, 'one of signIn, publicWrite'],
  [{ RATE_LIMIT_FACTOR: 'off' }, 'RATE_LIMIT_FACTOR is "off"'],
  [{ HTTP_HEADERS_WITHIN_MS: '50000', HTTP_REQUEST_WITHIN_MS: '20000' }, 'the headers are a part of the request'],
])('%j is a mistake', (env, sentence) => {
  expect(read(env as Record<string, string>).mistakes.join('; ')).toContain(sentence);
});

describe('what must not be in production', () => {
  const http = read({}).settings;
  const sound: ProductionFacts = { host: '127.0.0.1', http, databaseUrl: 'postgresql://bihuan:x7Kq0pVt@db/bihuan', simulation: false, hasDemoUsers: false, bank: { isSandbox: false, isSandboxMeant: false } };

  test('a sound installation has nothing against it', () => {
    expect(productionMistakes(sound)).toEqual([]);
    expect(productionMistakes({ ...sound, host: '0.0.0.0', http: { ...http, trustProxy: ['10.0.0.5'], publicUrl: 'https://aid.example.org' } })).toEqual([]);
    expect(productionMistakes({ ...sound, host: '0.0.0.0', http: { ...http, tls: { certFile: 'c', keyFile: 'k' } } })).toEqual([]);
    expect(productionMistakes({ ...sound, bank: { isSandbox: true, isSandboxMeant: true } })).toEqual([]);
  });

  test('all reasons come at once, each with how to mend it, and no password is repeated', () => {
    const reasons = productionMistakes({
      host: '0.0.0.0',
      http,
      databaseUrl: 'postgresql://bihuan:Bihuan@db/bihuan',
      s3: { accessKeyId: 'minioadmin', secretAccessKey: 'Minioadmin' },
      simulation: true,
      demoPassword: 'sesame',
      hasDemoUsers: true,
      bank: { isSandbox: true, isSandboxMeant: false },
    });
    expect(reasons).toHaveLength(7);
    expect(reasons.every((reason) => reason.includes(':'))).toBe(true);
    expect(reasons.join()).not.toMatch(/sesame|Bihuan@|Minioadmin/);
  });

  test.each([
    'postgresql://bihuan@db/bihuan',
    'postgresql://postgres:postgres@db/x',
    'postgresql://a:A@db/x',
    'postgresql://a:changeme@db/x',
    'postgresql://a:changeme@db/x?sslcert=x',
    'postgresql://a:x7Kq0pVt@db/x?password=changeme',
    'postgresql://a:x7Kq0pVt@db/x?user=x7Kq0pVt',
  ])('the password of %s is refused, whichever process signs in with it', (url) => {
    for (const [fact, name] of [['databaseUrl', 'DATABASE_URL'], ['apiDatabaseUrl', 'API_DATABASE_URL'], ['workerDatabaseUrl', 'WORKER_DATABASE_URL']] as const) {
      expect(productionMistakes({ ...sound, [fact]: url })).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
    }
  });

  test('who signs in by a certificate needs no password; a secret of the store that nobody knows is none against it', () => {
    expect(productionMistakes({ ...sound, databaseUrl: 'postgresql://a@db/x?sslcert=c.pem&sslkey=k.pem', apiDatabaseUrl: 'postgresql://a@db/x?sslcert=c.pem' })).toEqual([]);
    expect(productionMistakes({ ...sound, s3: { accessKeyId: 'OURKEY', secretAccessKey: 'x7Kq0pVt' } })).toEqual([]);
    expect(productionMistakes({ ...sound, s3: { accessKeyId: 'OURKEY', secretAccessKey: 'ourkey' } })).toHaveLength(1);
  });

  test.each(['0.0.0.0', '::', '10.1.2.3', 'aid.example.org', '127.0.0.1.evil.example'])('%s is reached by others', (host) => {
    expect(productionMistakes({ ...sound, host })).toHaveLength(1);
  });

  test('a bank that is no sandbox is reached by TLS, or on the same machine', () => {
    const bank = { isSandbox: false, isSandboxMeant: false };
    expect(productionMistakes({ ...sound, bank: { ...bank, url: 'http://bank.example.org/aid' } })).toEqual([expect.stringContaining('BANK_URL begins with http')]);
    expect(productionMistakes({ ...sound, bank: { ...bank, url: 'http://127.0.0.1.evil.example' } })).toHaveLength(1);
    for (const url of ['https://bank.example.org', 'http://127.0.0.1:3100', 'http://[::1]:3100']) expect(productionMistakes({ ...sound, bank: { ...bank, url } })).toEqual([]);
    expect(productionMistakes({ ...sound, bank: { isSandbox: true, isSandboxMeant: true, url: 'http://bank-sandbox:3100' } })).toEqual([]);
  });

  test('what a process does not know of is not judged', () => {
    expect(productionMistakes({})).toEqual([]);
  });
});
