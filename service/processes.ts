import { isIPv6 } from 'node:net';
import { makeDevelopmentSigningKey } from '../audit/signing-key';
import type { Config } from '../infra/config';
import { documentEnvironment } from '../infra/document-settings';
import type { Infrastructure } from '../infra/embedded-stack';
import { engineEnvironment } from '../infra/engine-settings';
import { EnvironmentReader } from '../infra/environment';
import { httpEnvironment } from '../infra/http-settings';
import { choosePort, isPortCollision } from '../infra/ports';
import { ProcessFailed } from '../infra/process';
import type { ServiceProgram } from '../infra/service-process';
import { signInEnvironment } from '../infra/sign-in-settings';
import type { StackAddresses } from '../infra/stack-addresses';
import { readProfile } from '../security/key-settings';
import type { DatabaseUrls } from './database-logins';
import { signInKey } from './sign-in-key';

const ATTEMPTS = 5;

/** What the processes of the service are started with. */
export interface ProcessGround {
  config: Config;
  infrastructure: Pick<Infrastructure, 'temporal' | 'uiUrl' | 'run'>;
  databases: DatabaseUrls;
  /** Where the master keys are, as the environment of a process. */
  keys: Record<string, string>;
}

/** Where the processes of the service listen. */
export type ProcessAddresses = Required<Pick<StackAddresses, 'apiUrl' | 'workerUrl' | 'metricsUrl'>>;

/**
 * Starts bank sandbox, worker and API. Where somebody else has taken a port between its choice and their start, all of them are
 * started anew on others: they know each other's.
 *
 * @throws StartupError when one does not start, or a port that was asked for is taken
 */
export async function startProcesses(ground: ProcessGround): Promise<ProcessAddresses> {
  const { config, infrastructure } = ground;
  for (let attempt = 1; ; attempt++) {
    const ports = await choosePorts(config);
    // Each is waited for, also when one fails: what the others start must be known before it can be stopped.
    const started = await Promise.allSettled(programs(ground, ports).map((program) => infrastructure.run(program)));
    const faults = started.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    if (faults.length === 0) return addressesOf(config, ports);
    const other = faults.find((fault) => !(fault instanceof ProcessFailed && isPortCollision(fault.output)));
    if (other !== undefined || attempt === ATTEMPTS) throw other ?? faults[0];
    await Promise.all(started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.stop()] : [])));
  }
}

interface Ports {
  bank: number;
  worker: number;
  metrics: number;
  api: number;
}

async function choosePorts({ bankPort, workerPort, metricsPort, port, metricsHost, host }: Config): Promise<Ports> {
  const choice = (wanted: number) => ({ port: wanted, explicit: wanted !== 0 });
  return {
    bank: await choosePort('BANK_PORT', choice(bankPort)),
    worker: await choosePort('WORKER_PORT', choice(workerPort), metricsHost),
    metrics: await choosePort('METRICS_PORT', choice(metricsPort), metricsHost),
    api: await choosePort('PORT', choice(port), host),
  };
}

function addressesOf({ metricsHost, http, host }: Config, { worker, metrics, api }: Ports): ProcessAddresses {
  return {
    apiUrl: addressOf(http.tls ? 'https' : 'http', host, api),
    workerUrl: addressOf('http', metricsHost, worker),
    metricsUrl: addressOf('http', metricsHost, metrics),
  };
}

/** They are started together: each only needs the infrastructure until its first request. */
function programs({ config, infrastructure: { temporal, uiUrl }, databases, keys }: ProcessGround, ports: Ports): ServiceProgram[] {
  const { apiUrl, workerUrl } = addressesOf(config, ports);
  const sandboxUrl = `http://127.0.0.1:${ports.bank}`;
  const bankUrl = config.bankUrl ?? sandboxUrl;
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
  return [
    ...(config.bankUrl === undefined ? [sandbox(config, ports.bank, sandboxUrl)] : []),
    {
      name: 'worker',
      title: 'The worker',
      entry: require.resolve('../worker/main'),
      env: {
        ...common,
        ...auditEnvironment(config),
        BANK_URL: bankUrl,
        BANK_SANDBOX: config.bankSandbox ? 'on' : 'off',
        WORKER_PORT: String(ports.worker),
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
        PORT: String(ports.api),
        SIMULATION: config.simulation ? 'on' : 'off',
        METRICS_PORT: String(ports.metrics),
      },
      readyUrl: `${apiUrl}/health/ready`,
    },
  ];
}

/** With the brackets that an address of IP version 6 has in a URL. */
export function addressOf(protocol: 'http' | 'https', host: string, port: number): string {
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
