import type { Config } from '../infra/config';
import { startInfrastructure, type Infrastructure } from '../infra/embedded-stack';
import { reasonOf, StartupError } from '../infra/errors';
import type { ServiceProgram } from '../infra/service-process';
import { assertPortIsFree, choosePort } from '../infra/ports';
import { publishAddresses, type StackAddresses } from '../infra/stack-addresses';
import { makeDevelopmentSigningKey } from '../audit/signing-key';
import { PolicyMistakes } from '../policies/mistakes';
import { SEARCH_ATTRIBUTES } from '../workflows/case/search-attributes';
import { prepareRecord } from './prepare-record';
import { ensureSchedules } from './schedules';

/** What the service keeps in DATA_DIR beside the embedded stack's own. */
export const SERVICE_DATA = ['bank-sandbox', 'audit', 'keys'];

export interface Service {
  /** Base address of the API. */
  url: string;
  /** Where the API and the worker tell their metrics; on this machine only. */
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
 * @throws StartupError with one sentence; nothing is left running then
 */
export async function startService(config: Config, { onProgress = () => undefined, onFailure = () => undefined, signal }: ServiceHooks): Promise<Service> {
  // Asked first: a port that is taken should be said at once, not after the engine was built.
  if (config.port !== 0) await assertPortIsFree('PORT', config.port, config.host);
  const infrastructure = await startInfrastructure(config, { searchAttributes: SEARCH_ATTRIBUTES, onProgress, onFailure, signal });
  try {
    onProgress('Loading policies, calendar, living standards and organisations');
    await Promise.all([prepareRecord(config, infrastructure.databaseUrl), ensureSchedules(infrastructure.temporal)]);
    signal?.throwIfAborted();
    onProgress('Starting bank sandbox, worker and API');
    const addresses = await startProcesses(config, infrastructure);
    const { databaseUrl, temporal, uiUrl } = infrastructure;
    publishAddresses(config.dataDir, { databaseUrl, temporal, ...addresses });
    const { apiUrl: url, metricsUrl, workerUrl } = addresses;
    return { url, metricsUrls: [`${metricsUrl}/metrics`, `${workerUrl}/metrics`], engineUiUrl: uiUrl, databaseUrl, temporal, stop: () => infrastructure.stop() };
  } catch (error) {
    await infrastructure.stop();
    if (error instanceof StartupError || error instanceof PolicyMistakes) throw error;
    throw new StartupError(`The service could not be started (${reasonOf(error)}).`, { cause: error });
  }
}

async function startProcesses(config: Config, { databaseUrl, temporal, run }: Infrastructure): Promise<Required<Pick<StackAddresses, 'apiUrl' | 'workerUrl' | 'metricsUrl'>>> {
  const bankPort = await choosePort('BANK_PORT', { port: config.bankPort, explicit: config.bankPort !== 0 });
  const workerPort = await choosePort('WORKER_PORT', { port: config.workerPort, explicit: config.workerPort !== 0 });
  const metricsPort = await choosePort('METRICS_PORT', { port: config.metricsPort, explicit: config.metricsPort !== 0 });
  const port = await choosePort('PORT', { port: config.port, explicit: config.port !== 0 }, config.host);
  const bankUrl = `http://127.0.0.1:${bankPort}`;
  const workerUrl = `http://127.0.0.1:${workerPort}`;
  const url = `http://${config.host}:${port}`;
  const common = {
    NODE_ENV: config.production ? 'production' : 'development',
    LOG_LEVEL: config.serviceLogLevel,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    WORKER_PROMOTE: config.workerPromote,
  };
  // Started together: each only needs the infrastructure until its first request.
  const programs: ServiceProgram[] = [
    {
      name: 'bank-sandbox',
      title: 'The bank sandbox',
      entry: require.resolve('../bank-sandbox/main'),
      env: { BANK_PORT: String(bankPort), DATA_DIR: config.dataDir },
      readyUrl: `${bankUrl}/health`,
    },
    {
      name: 'worker',
      title: 'The worker',
      entry: require.resolve('../worker/main'),
      env: { ...common, ...auditEnvironment(config), BANK_URL: bankUrl, WORKER_PORT: String(workerPort), WORKER_BUILD_ID: config.workerBuildId ?? '' },
      readyUrl: `${workerUrl}/health/ready`,
    },
    {
      name: 'api',
      title: 'The API',
      entry: require.resolve('../api/main'),
      env: { ...common, HOST: config.host, PORT: String(port), SIMULATION: config.simulation ? 'on' : 'off', METRICS_PORT: String(metricsPort) },
      readyUrl: `${url}/health/ready`,
    },
  ];
  // Each is waited for, also when one fails: what the others start must be known before it can be stopped.
  const started = await Promise.allSettled(programs.map(run));
  const failed = started.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return { apiUrl: url, workerUrl, metricsUrl: `http://127.0.0.1:${metricsPort}` };
}

/** Where the worker keeps the checkpoints of the audit, and its key for them. In production the worker says that it needs one. */
function auditEnvironment({ auditDir, auditSigningKey, auditSigningKeyFile, production, dataDir }: Config): Record<string, string> {
  if (auditSigningKey !== undefined) return { AUDIT_DIR: auditDir, AUDIT_SIGNING_KEY: auditSigningKey };
  const file = auditSigningKeyFile ?? (production ? '' : makeDevelopmentSigningKey(dataDir));
  return { AUDIT_DIR: auditDir, AUDIT_SIGNING_KEY_FILE: file };
}
