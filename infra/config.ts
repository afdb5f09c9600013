import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { EnvironmentReader, type Environment } from './environment';
import { readDocumentSettings, type DocumentSettings } from './document-settings';
import { readEngineSettings, type EngineSettings } from './engine-settings';
import type { EnginePlace } from './temporal/engine-client';
import { readHttpSettings, type HttpSettings } from './http-settings';
import { LOCAL, type PortChoice } from './ports';
import { readSignInSettings, type SignInSettings } from './sign-in-settings';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/**
 * Whether a worker that starts makes its version of the workflow code the current one, to which new cases go. `always`:
 * where it is the only one, as in the embedded stack. `new`: unless its version was current before: an old worker that
 * comes back after a crash must not take the new cases back. `off`: an operator decides.
 */
export const WORKER_PROMOTIONS = ['always', 'new', 'off'] as const;
export type WorkerPromotion = (typeof WORKER_PROMOTIONS)[number];

/** For whoever has not set what a process cannot do without. */
export const EXAMPLE_OF = { DATABASE_URL: 'postgresql://user:password@host:5432/database', TEMPORAL_ADDRESS: '10.0.0.5:7233' };

/** A mistake, however a process comes to know its settings. */
const SIMULATION_IN_PRODUCTION = 'SIMULATION is on, but NODE_ENV is production, where no case may run on a simulated clock; set SIMULATION=off, or another NODE_ENV';

export interface Config {
  production: boolean;
  host: string;
  /** Port of the API; 0 = any free one. */
  port: number;
  /** Absolute path of everything the embedded stack keeps. */
  dataDir: string;
  /** Absolute path of what can be fetched or built again: binaries. Shared by all stacks of this user. */
  cacheDir: string;
  postgresPort: PortChoice;
  temporalPort: PortChoice;
  uiPort: PortChoice;
  /** Port of the simulated bank; 0 = any free one. */
  bankPort: number;
  /** The bank; absent: the sandbox is started. */
  bankUrl?: string;
  /** Whether the sandbox is meant where it would otherwise be refused. */
  bankSandbox: boolean;
  http: HttpSettings;
  documents: DocumentSettings;
  engine: EngineSettings;
  /** `host:port` of an existing Temporal cluster; absent: the embedded engine is started. */
  temporalAddress?: string;
  temporalNamespace: string;
  /** An existing PostgreSQL; absent: the embedded one is started. */
  databaseUrl?: string;
  /** The same database with the logins of the API's readers and of the service; absent: `databaseUrl`, whose user steps down to their roles. */
  apiDatabaseUrl?: string;
  workerDatabaseUrl?: string;
  simulation: boolean;
  workerPromote: WorkerPromotion;
  /** Name of the workflow code's version; absent: made of the code itself. */
  workerBuildId?: string;
  demoPassword: string;
  /** Where the API tells its metrics, and the worker its health and metrics. */
  metricsHost: string;
  /** Their ports; 0 = any free one. */
  metricsPort: number;
  workerPort: number;
  /** Level of the engine's own log. */
  logLevel: (typeof LOG_LEVELS)[number];
  /** Level of the log of API and worker. */
  serviceLogLevel: (typeof LOG_LEVELS)[number];
  /** Absolute path of a directory with policy profiles; absent: those of the release. */
  policyDir?: string;
  /** Settings of the master keys as the processes are given them; those that are files by their absolute path. */
  keys: Readonly<Record<string, string>>;
  signIn: SignInSettings;
  /** Absolute path of the checkpoints of the audit; to be on another store than the database. */
  auditDir: string;
  /** The key that signs them, or the file that holds it; both absent: `npm start` makes one outside of production. */
  auditSigningKey?: string;
  auditSigningKeyFile?: string;
}

/** The environment holds mistakes; `mistakes` are sentences without a full stop, one for each. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly mistakes: readonly string[]) {
    const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
    super(`The configuration has ${count}: ${mistakes.join('; ')}.`);
  }
}

/**
 * Reads the configuration from the environment; an empty variable counts as unset.
 * @throws ConfigurationError with every mistake at once
 */
export function readConfig(env: Environment): Config {
  const read = new EnvironmentReader(env);
  const production = read.isProduction();
  const temporalAddress = read.address('TEMPORAL_ADDRESS');
  const logLevel = read.oneOf('LOG_LEVEL', LOG_LEVELS);
  const http = readHttpSettings(read, production);
  const config: Config = {
    production,
    host: read.text('HOST') ?? '127.0.0.1',
    port: read.port('PORT') ?? 3000,
    dataDir: resolve(read.text('DATA_DIR') ?? '.data'),
    cacheDir: resolve(read.text('BIHUAN_CACHE_DIR') ?? join(read.text('XDG_CACHE_HOME') ?? join(read.text('HOME') ?? homedir(), '.cache'), 'bihuan')),
    postgresPort: read.portChoice('POSTGRES_PORT', 0),
    temporalPort: read.portChoice('TEMPORAL_PORT', 0),
    uiPort: read.portChoice('UI_PORT', 8233),
    bankPort: read.port('BANK_PORT') ?? 0,
    bankUrl: read.matching('BANK_URL', /^https?:\/\/[^\s/]+/, 'an address such as https://bank.example.org'),
    bankSandbox: read.onOff('BANK_SANDBOX') ?? !production,
    http,
    documents: readDocumentSettings(read),
    engine: readEngineSettings(read, { production }),
    temporalAddress,
    temporalNamespace: read.matching('TEMPORAL_NAMESPACE', /^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name of letters, digits, dots, dashes and underscores') ?? 'default',
    databaseUrl: read.postgresUrl('DATABASE_URL'),
    apiDatabaseUrl: read.postgresUrl('API_DATABASE_URL'),
    workerDatabaseUrl: read.postgresUrl('WORKER_DATABASE_URL'),
    // Cases of an existing cluster are real unless somebody says otherwise.
    simulation: read.onOff('SIMULATION') ?? (!production && temporalAddress === undefined),
    // The embedded engine has no other worker than ours.
    workerPromote: read.oneOf('WORKER_PROMOTE', WORKER_PROMOTIONS) ?? (temporalAddress === undefined ? 'always' : 'new'),
    workerBuildId: read.matching('WORKER_BUILD_ID', /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'a name of letters, digits, dashes and underscores'),
    demoPassword: read.text('DEMO_PASSWORD') ?? 'demo-password',
    metricsHost: read.text('METRICS_HOST') ?? LOCAL,
    metricsPort: read.port('METRICS_PORT') ?? 0,
    workerPort: read.port('WORKER_PORT') ?? 0,
    logLevel: logLevel ?? 'warn',
    serviceLogLevel: logLevel ?? 'info',
    policyDir: absolute(read.text('POLICY_DIR')),
    keys: keySettings(read),
    signIn: readSignInSettings(read, { production, publicUrl: http.publicUrl }),
    auditDir: resolve(read.text('AUDIT_DIR') ?? join(read.text('DATA_DIR') ?? '.data', 'audit')),
    auditSigningKey: read.text('AUDIT_SIGNING_KEY_FILE') === undefined ? read.text('AUDIT_SIGNING_KEY') : undefined,
    auditSigningKeyFile: absolute(read.text('AUDIT_SIGNING_KEY_FILE')),
  };
  if (production && config.simulation) read.mistake(SIMULATION_IN_PRODUCTION);
  for (const name of ['API_DATABASE_URL', 'WORKER_DATABASE_URL']) {
    if (read.text(name) !== undefined && config.databaseUrl === undefined) read.mistake(`${name} is set and DATABASE_URL is not: the embedded PostgreSQL makes its own logins`);
  }
  if (config.engine.tls && temporalAddress === undefined) read.mistake('TEMPORAL_TLS_… is set and TEMPORAL_ADDRESS is not: the embedded Temporal, which nobody else reaches, speaks no TLS');
  read.differentPorts(['PORT', 'POSTGRES_PORT', 'TEMPORAL_PORT', 'UI_PORT', 'BANK_PORT', 'METRICS_PORT', 'WORKER_PORT']);
  if (read.mistakes.length > 0) throw new ConfigurationError(read.mistakes);
  return config;
}

/** The engine that is there already; undefined: one is embedded. */
export function engineElsewhere({ temporalAddress, engine }: Config): EnginePlace | undefined {
  return temporalAddress === undefined ? undefined : { address: temporalAddress, tls: engine.tls };
}

/** What they mean is for whoever uses the keys to judge (security/key-settings.ts). */
function keySettings(read: EnvironmentReader): Record<string, string> {
  const masterKeysFile = absolute(read.text('MASTER_KEYS_FILE'));
  const masterKeys = read.text('MASTER_KEYS');
  const settings = {
    MASTER_KEYS_FILE: masterKeysFile,
    MASTER_KEYS: masterKeysFile === undefined ? masterKeys : undefined,
    KMS_URL: read.text('KMS_URL'),
    KMS_KEY: read.text('KMS_KEY'),
    KMS_MOUNT: read.text('KMS_MOUNT'),
    KMS_TOKEN_FILE: absolute(read.text('KMS_TOKEN_FILE')),
    CRYPTO_PROFILE: read.text('CRYPTO_PROFILE'),
  };
  return Object.fromEntries(Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
