import { ConfigurationError, type Config } from '../infra/config';
import { startInfrastructure } from '../infra/embedded-stack';
import { reasonOf, StartupError } from '../infra/errors';
import { assertPortIsFree, LOCAL } from '../infra/ports';
import { ENGINE_PAYLOADS } from '../api/http/engine-ui';
import { publishAddresses } from '../infra/stack-addresses';
import { PolicyMistakes } from '../policies/mistakes';
import { SEARCH_ATTRIBUTES } from '../workflows/case/search-attributes';
import { DATABASE_LOGINS, provideLogins, type DatabaseUrls } from './database-logins';
import { KEYS_DIRECTORY, keyEnvironment, keySettingsIn, mastersAreGiven } from './master-keys';
import { prepareRecord } from './prepare-record';
import { addressOf, startProcesses } from './processes';
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
    const addresses = await startProcesses({ config, infrastructure, databases: await loginsOf(config, infrastructure.databaseUrl), keys });
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

/** Where pages of the engine's UI find the API; a port that is only chosen later they cannot be told. */
function codecUrlOf({ host, port, http }: Config): string | undefined {
  if (http.publicUrl === undefined && port === 0) return undefined;
  const reached = ['0.0.0.0', '::'].includes(host) ? LOCAL : host;
  return `${http.publicUrl ?? addressOf(http.tls ? 'https' : 'http', reached, port)}${ENGINE_PAYLOADS}`;
}
