import { isIPv6 } from 'node:net';
import { ConfigurationError, type Config } from '../infra/config';
import { startInfrastructure, type Infrastructure } from '../infra/embedded-stack';
import { reasonOf, StartupError } from '../infra/errors';
import type { ServiceProgram } from '../infra/service-process';
import { assertPortIsFree, choosePort, LOCAL } from '../infra/ports';
import { ENGINE_PAYLOADS } from '../api/http/engine-ui';
import { documentEnvironment } from '../infra/document-settings';
import { engineEnvironment } from '../infra/engine-settings';
import { httpEnvironment } from '../infra/http-settings';
import { signInEnvironment } from '../infra/sign-in-settings';
import { publishAddresses, type StackAddresses } from '../infra/stack-addresses';
import { readProfile } from '../security/key-settings';
import { EnvironmentReader } from '../infra/environment';
import { makeDevelopmentSigningKey } from '../audit/signing-key';
import { PolicyMistakes } from '../policies/mistakes';
import { SEARCH_ATTRIBUTES } from '../workflows/case/search-attributes';
import { DATABASE_LOGINS, provideLogins, type DatabaseUrls } from './database-logins';
import { KEYS_DIRECTORY, keyEnvironment, keySettingsIn, mastersAreGiven } from './master-keys';
import { prepareRecord } from './prepare-record';
import { ensureSchedules } from './schedules';
import { SIGN_IN_KEY_FILE, signInKey } from './sign-in-key';

/** What the service keeps in DATA_DIR beside the embedded stack's own. */
export const SERVICE_DATA = ['audit', 'bank-sandbox', 'documents', DATABASE_LOGINS, KEYS_DIRECTORY, SIGN_IN_KEY_FILE];

export interface Service {
  /** Base address of the API. */
  url: string;
  /** Where the API and the worker tell their metrics. */
  metricsUrls: string[];
  /** Temporal's own web UI, where it could be started. */
  engineUiUrl?: string;
  databaseUrl: string;
  temporal: { address: string; namespace: string };
  stop(): Promise<void>;
}

export interface ServiceHooks {
  /** One line for the person who waits. */
  onProgress?: (line: string) => void;
  /** One sentence when a part has ended that the service cannot do without; whoever started the service stops it. */
  onFailure?: (sentence: string) => void;
  /** Aborted when whoever started the service does not want it any more. */
  signal?: AbortSignal;
}

/**
 * Starts the whole service: what it stands on, its tables, then bank sandbox, worker and API as processes of their own.
 *
 * @throws StartupError with one sentence, ConfigurationError; nothing is left running then
 */
export async function startService(config: Config, { onProgress = () => undefined, onFailure = () => undefined, signal }: ServiceHooks): Promise<Service> {
  // Asked first: a port that is taken should be said at once, not after the engine was built.
  if (config.port !== 0) await assertPortIsFree('PORT', config.port, config.host);
  // So are master keys that are given, or must be; those of a stack of its own are made when its directory is there.
  if (config.production || mastersAreGiven(config)) keySettingsIn(keyEnvironment(config), config.production);
  if (config.production) signInKey(config);
  const infrastructure = await startInfrastructure(config, { searchAttributes: SEARCH_ATTRIBUTES, codecUrl: codecUrlOf(config), onProgress, onFailure, signal });
  try {
    const keys = keyEnvironment(config);
    onProgress('Loading policies, calendar, living standards and organisations');
    await Promise.all([
      prepareRecord(config, infrastructure.databaseUrl, keySettingsIn(keys, config.production), onProgress),
      ensureSchedules(infrastructure.temporal),
    ]);
    signal?.throwIfAborted();
    onProgress('Starting bank sandbox, worker and API');
    const addresses = await startProcesses(config, infrastructure, await loginsOf(config, infrastructure.databaseUrl), keys);
    const { databaseUrl, temporal, uiUrl } = infrastructure;
    publishAddresses(config.dataDir, { databaseUrl, temporal, ...addresses });
    const { apiUrl: url, metricsUrl, workerUrl } = addresses;
    return { url, metricsUrls: [`${metricsUrl}/metrics`, `${workerUrl}/metrics`], engineUiUrl: uiUrl, databaseUrl, temporal, stop: () => infrastructure.stop() };
  } catch (error) {
    await infrastructure.stop();
    if ([StartupError, PolicyMistakes, ConfigurationError].some((kind) => error instanceof kind)) throw error;
    throw new StartupError(`The service could not be started (${reasonOf(error)}).`, { cause: error });
  }
}

/** API and worker sign in as less than whoever owns the tables. */
async function loginsOf(config: Config, databaseUrl: string): Promise<DatabaseUrls> {
  if (config.databaseUrl === undefined) return provideLogins(config.dataDir, databaseUrl);
  return { service: config.workerDatabaseUrl ?? databaseUrl, people: config.apiDatabaseUrl ?? databaseUrl };
}

async function startProcesses(config: Config, { temporal, uiUrl, run }: Infrastructure, databases: DatabaseUrls, keys: Record<string, string>): Promise<Required<Pick<StackAddresses, 'apiUrl' | 'workerUrl' | 'metricsUrl'>>> {
  const bankPort = await choosePort('BANK_PORT', { port: config.bankPort, explicit: config.bankPort !== 0 });
  const workerPort = await choosePort('WORKER_PORT', { port: config.workerPort, explicit: config.workerPort !== 0 }, config.metricsHost);
  const metricsPort = await choosePort('METRICS_PORT', { port: config.metricsPort, explicit: config.metricsPort !== 0 }, config.metricsHost);
  const port = await choosePort('PORT', { port: config.port, explicit: config.port !== 0 }, config.host);
  const sandboxUrl = `http://127.0.0.1:${bankPort}`;
  const bankUrl = config.bankUrl ?? sandboxUrl;
  const workerUrl = addressOf('http', config.metricsHost, workerPort);
  const url = addressOf(config.http.tls ? 'https' : 'http', config.host, port);
  const common = {
    NODE_ENV: config.production ? 'production' : 'development',
    LOG_LEVEL: config.serviceLogLevel,
    DATABASE_URL: databases.service,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    WORKER_PROMOTE: config.workerPromote,
    METRICS_HOST: config.metricsHost,
    ...keys,
    ...engineEnvironment({ ...config.engine, uiOrigin: config.engine.uiOrigin ?? uiUrl }),
  };
  // Started together: each only needs the infrastructure until its first request.
  const programs: ServiceProgram[] = [
    ...(config.bankUrl === undefined ? [sandbox(config, bankPort, sandboxUrl)] : []),
    {
      name: 'worker',
      title: 'The worker',
      entry: require.resolve('../worker/main'),
      env: {
        ...common,
        ...auditEnvironment(config),
        BANK_URL: bankUrl,
        BANK_SANDBOX: config.bankSandbox ? 'on' : 'off',
        WORKER_PORT: String(workerPort),
        WORKER_BUILD_ID: config.workerBuildId ?? '',
      },
      readyUrl: `${workerUrl}/health/ready`,
    },
    {
      name: 'api',
      title: 'The API',
      entry: require.resolve('../api/main'),
      env: {
        ...common,
        API_DATABASE_URL: databases.people,
        ...httpEnvironment(config.http),
        ...documentEnvironment(config.documents),
        ...signInEnvironment({ ...config.signIn, key: signInKey(config) }),
        HOST: config.host,
        PORT: String(port),
        SIMULATION: config.simulation ? 'on' : 'off',
        METRICS_PORT: String(metricsPort),
      },
      readyUrl: `${url}/health/ready`,
    },
  ];
  // Each is waited for, also when one fails: what the others start must be known before it can be stopped.
  const started = await Promise.allSettled(programs.map(run));
  const failed = started.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return { apiUrl: url, workerUrl, metricsUrl: addressOf('http', config.metricsHost, metricsPort) };
}

/** Where pages of the engine's UI find the API; a port that is only chosen later they cannot be told. */
function codecUrlOf({ host, port, http }: Config): string | undefined {
  if (http.publicUrl === undefined && port === 0) return undefined;
  const reached = ['0.0.0.0', '::'].includes(host) ? LOCAL : host;
  return `${http.publicUrl ?? addressOf(http.tls ? 'https' : 'http', reached, port)}${ENGINE_PAYLOADS}`;
}

function addressOf(protocol: 'http' | 'https', host: string, port: number): string {
  return `${protocol}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function sandbox(config: Config, port: number, url: string): ServiceProgram {
  return { name: 'bank-sandbox', title: 'The bank sandbox', entry: require.resolve('../bank-sandbox/main'), env: { BANK_PORT: String(port), DATA_DIR: config.dataDir }, readyUrl: `${url}/health` };
}

/** Where the worker keeps the checkpoints of the audit, and its key for them. In production the worker says that it needs one. */
function auditEnvironment({ auditDir, auditSigningKey, auditSigningKeyFile, production, dataDir, keys }: Config): Record<string, string> {
  if (auditSigningKey !== undefined) return { AUDIT_DIR: auditDir, AUDIT_SIGNING_KEY: auditSigningKey };
  const file = auditSigningKeyFile ?? (production ? '' : makeDevelopmentSigningKey(dataDir, readProfile(new EnvironmentReader(keys))));
  return { AUDIT_DIR: auditDir, AUDIT_SIGNING_KEY_FILE: file };
}
