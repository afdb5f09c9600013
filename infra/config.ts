import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { EnvironmentReader, type Environment } from './environment';
import type { PortChoice } from './ports';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/**
 * Whether a worker that starts makes its version of the workflow code the current one, to which new cases go. `always`:
 * where it is the only one, as in the embedded stack. `new`: unless its version was current before: an old worker that
 * comes back after a crash must not take the new cases back. `off`: an operator decides.
 */
export const WORKER_PROMOTIONS = ['always', 'new', 'off'] as const;
export type WorkerPromotion = (typeof WORKER_PROMOTIONS)[number];

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
  /** `host:port` of an existing Temporal cluster; absent: the embedded engine is started. */
  temporalAddress?: string;
  temporalNamespace: string;
  /** An existing PostgreSQL; absent: the embedded one is started. */
  databaseUrl?: string;
  simulation: boolean;
  workerPromote: WorkerPromotion;
  /** Name of the workflow code's version; absent: made of the code itself. */
  workerBuildId?: string;
  demoPassword: string;
  /** Port of the API's metrics, and of the worker's health and metrics; 0 = any free one. */
  metricsPort: number;
  workerPort: number;
  /** Level of the engine's own log. */
  logLevel: (typeof LOG_LEVELS)[number];
  /** Level of the log of API and worker. */
  serviceLogLevel: (typeof LOG_LEVELS)[number];
  /** Absolute path of a directory with policy profiles; absent: those of the release. */
  policyDir?: string;
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
  const production = env.NODE_ENV === 'production';
  const temporalAddress = read.matching('TEMPORAL_ADDRESS', /^(\[[0-9a-f:]+\]|[^\s:/]+):\d{1,5}$/i, 'host:port, such as 10.0.0.5:7233');
  const logLevel = read.oneOf('LOG_LEVEL', LOG_LEVELS);
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
    temporalAddress,
    temporalNamespace: read.matching('TEMPORAL_NAMESPACE', /^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name of letters, digits, dots, dashes and underscores') ?? 'default',
    databaseUrl: read.postgresUrl('DATABASE_URL'),
    // Cases of an existing cluster are real unless somebody says otherwise.
    simulation: read.onOff('SIMULATION') ?? (!production && temporalAddress === undefined),
    // The embedded engine has no other worker than ours.
    workerPromote: read.oneOf('WORKER_PROMOTE', WORKER_PROMOTIONS) ?? (temporalAddress === undefined ? 'always' : 'new'),
    workerBuildId: read.matching('WORKER_BUILD_ID', /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'a name of letters, digits, dashes and underscores'),
    demoPassword: read.text('DEMO_PASSWORD') ?? 'demo-password',
    metricsPort: read.port('METRICS_PORT') ?? 0,
    workerPort: read.port('WORKER_PORT') ?? 0,
    logLevel: logLevel ?? 'warn',
    serviceLogLevel: logLevel ?? 'info',
    policyDir: absolute(read.text('POLICY_DIR')),
    auditDir: resolve(read.text('AUDIT_DIR') ?? join(read.text('DATA_DIR') ?? '.data', 'audit')),
    auditSigningKey: read.text('AUDIT_SIGNING_KEY_FILE') === undefined ? read.text('AUDIT_SIGNING_KEY') : undefined,
    auditSigningKeyFile: absolute(read.text('AUDIT_SIGNING_KEY_FILE')),
  };
  if (production && config.simulation) {
    read.mistake('SIMULATION is on, but NODE_ENV is production, where no case may run on a simulated clock');
  }
  read.differentPorts(['PORT', 'POSTGRES_PORT', 'TEMPORAL_PORT', 'UI_PORT', 'BANK_PORT', 'METRICS_PORT', 'WORKER_PORT']);
  if (read.mistakes.length > 0) throw new ConfigurationError(read.mistakes);
  return config;
}

function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
