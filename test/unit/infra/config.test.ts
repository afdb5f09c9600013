import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigurationError, readConfig } from '../../../infra/config';

function mistakesOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
}

test('an empty environment gives the defaults of a developer', () => {
  expect(readConfig({})).toEqual({
    production: false,
    host: '127.0.0.1',
    port: 3000,
    dataDir: resolve('.data'),
    cacheDir: join(homedir(), '.cache', 'bihuan'),
    postgresPort: { port: 0, explicit: false },
    temporalPort: { port: 0, explicit: false },
    uiPort: { port: 8233, explicit: false },
    bankPort: 0,
    bankUrl: undefined,
    bankSandbox: true,
    http: {
      tls: undefined,
      trustProxy: [],
      publicUrl: undefined,
      rateLimitFactor: 1_000,
      rateLimits: {},
      connectionsMax: 4_000,
      connectionsPerAddress: 1_000,
      headersWithinMs: 10_000,
      requestWithinMs: 60_000,
    },
    engine: { plainPayloads: 'read', uiOrigin: undefined },
    documents: { directory: resolve('.data/documents'), s3: undefined, clamd: undefined, key: undefined },
    temporalAddress: undefined,
    temporalNamespace: 'default',
    databaseUrl: undefined,
    simulation: true,
    workerPromote: 'always',
    demoPassword: 'demo-password',
    metricsHost: '127.0.0.1',
    metricsPort: 0,
    workerPort: 0,
    logLevel: 'warn',
    serviceLogLevel: 'info',
    policyDir: undefined,
    keys: {},
    signIn: { idleMinutes: 30, sessionHours: 12, firstPasswordHours: 72, key: undefined, publicUrl: undefined, oidc: undefined, sms: { via: 'sandbox' } },
    auditDir: resolve('.data', 'audit'),
    auditSigningKey: undefined,
    auditSigningKeyFile: undefined,
  });
});

test('an empty variable counts as unset, as compose files write it', () => {
  expect(readConfig({ PORT: '', TEMPORAL_ADDRESS: ' ', DATABASE_URL: '' })).toEqual(readConfig({}));
});

test('a port that is set is binding, a port 0 is free to choose', () => {
  const config = readConfig({ UI_PORT: '9000', TEMPORAL_PORT: '0' });
  expect(config.uiPort).toEqual({ port: 9000, explicit: true });
  expect(config.temporalPort).toEqual({ port: 0, explicit: false });
});

test('all mistakes are told together', () => {
  const mistakes = mistakesOf({ PORT: '70000', POSTGRES_PORT: 'x', SIMULATION: 'yes', LOG_LEVEL: 'loud', TEMPORAL_ADDRESS: 'cluster', TEMPORAL_NAMESPACE: 'a b' });
  expect(mistakes).toHaveLength(6);
  expect(mistakes[0]).toBe('TEMPORAL_ADDRESS is "cluster" but must be host:port, such as 10.0.0.5:7233');
  expect(() => readConfig({ PORT: '-1', SIMULATION: 'maybe' })).toThrow('The configuration has 2 mistakes: PORT is "-1" but must be a whole number from 0 to 65535 (0 = any free port); SIMULATION is "maybe" but must be one of on, off.');
});

test('two ports that are the same are a mistake', () => {
  expect(mistakesOf({ PORT: '4000', BANK_PORT: '4000' })).toEqual(['PORT and BANK_PORT are both 4000, but each needs its own port']);
  expect(mistakesOf({ PORT: '0', BANK_PORT: '0' })).toEqual([]);
});

test('a database URL that cannot be read is a mistake that does not repeat its password', () => {
  const [mistake] = mistakesOf({ DATABASE_URL: 'mysql://u:secret@h/db' });
  expect(mistake).toContain('postgresql://user:password@host:5432/database');
  expect(mistake).not.toContain('secret');
  expect(readConfig({ DATABASE_URL: 'postgres://u:p@h:5433/aid' }).databaseUrl).toBe('postgres://u:p@h:5433/aid');
});

test('a mode that nobody knows is a mistake, and no service with demo users', () => {
  for (const mode of ['prod', 'Production', 'PRODUCTION', 'staging']) expect(mistakesOf({ NODE_ENV: mode })).toEqual([`NODE_ENV is "${mode}" but must be one of production, development, test`]);
  expect([' production ', 'development', 'test', ''].map((mode) => readConfig({ NODE_ENV: mode }).production)).toEqual([true, false, false, false]);
});

test('no case runs on a simulated clock in production', () => {
  expect(readConfig({ NODE_ENV: 'production' }).simulation).toBe(false);
  expect(mistakesOf({ NODE_ENV: 'production', SIMULATION: 'on' })).toEqual([expect.stringContaining('NODE_ENV is production')]);
});

test('an existing cluster is not simulated unless somebody says so', () => {
  expect(readConfig({ TEMPORAL_ADDRESS: 'temporal.example:7233' }).simulation).toBe(false);
  expect(readConfig({ TEMPORAL_ADDRESS: 'temporal.example:7233', SIMULATION: 'on' }).simulation).toBe(true);
});

test('the cache directory follows BIHUAN_CACHE_DIR, then XDG_CACHE_HOME, then the home directory', () => {
  expect(readConfig({ HOME: '/home/a' }).cacheDir).toBe('/home/a/.cache/bihuan');
  expect(readConfig({ HOME: '/home/a', XDG_CACHE_HOME: '/x' }).cacheDir).toBe('/x/bihuan');
  expect(readConfig({ XDG_CACHE_HOME: '/x', BIHUAN_CACHE_DIR: '/b' }).cacheDir).toBe('/b');
});

test('a worker on an existing cluster does not take new cases back from a newer one, unless told otherwise', () => {
  const cluster = { TEMPORAL_ADDRESS: '10.0.0.5:7233' };
  expect(readConfig(cluster).workerPromote).toBe('new');
  expect(readConfig({ ...cluster, WORKER_PROMOTE: 'off' }).workerPromote).toBe('off');
  expect(() => readConfig({ WORKER_PROMOTE: 'on', WORKER_BUILD_ID: 'a:b' })).toThrow('WORKER_PROMOTE is "on" but must be one of always, new, off; WORKER_BUILD_ID is "a:b" but must be a name');
});
