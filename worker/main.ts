import { NativeConnection, Runtime } from '@temporalio/worker';
import { resolve } from 'node:path';
import type { Pool } from 'pg';
import { CheckpointFile } from '../audit/checkpoint-file';
import { Checkpoints } from '../audit/checkpoints';
import type { CheckpointSigner } from '../audit/checkpoint-signer';
import { readSigner } from '../audit/signing-key';
import { EngineSeals } from '../security/engine-seals';
import { keyProviderOf, readKeySettings } from '../security/key-settings';
import { SERVICE_ROLE } from '../store/database-roles';
import { connect } from '../store/db';
import { openRecordKeys } from '../store/record-keys';
import { ConfigurationError, EXAMPLE_OF, LOG_LEVELS, WORKER_PROMOTIONS } from '../infra/config';
import { readEngineSettings } from '../infra/engine-settings';
import { EnvironmentReader } from '../infra/environment';
import { JsonLog, tellWhyItEnds } from '../infra/json-log';
import { endAtLastResort } from '../infra/last-resort';
import { openOperatorPort } from '../infra/operator-port';
import { NotForProduction, productionMistakes } from '../infra/production';
import { freePorts, LOCAL } from '../infra/ports';
import { connectionTo } from '../infra/temporal/engine-client';
import { SealingCodec } from '../infra/temporal/payload-codec';
import { CASE_DEPLOYMENT, caseIdOf } from '../workflows/case/messages';
import { isBankSandbox } from './bank-kind';
import { createCaseWorker } from './case-worker';
import { engineLog } from './engine-log';
import { workerReadiness } from './health';
import { WorkerMetrics } from './metrics';
import { promote } from './promotion';
import { bundleCaseWorkflow } from './workflow-code';

/** Connections to the record: one per step that is being written at the same time. */
const RECORD_CONNECTIONS = 20;

/** Runs a worker as a process of its own until SIGTERM; what it is doing then is finished first. */
async function main(): Promise<void> {
  endAtLastResort('worker');
  const read = new EnvironmentReader(process.env);
  const databaseUrl = read.postgresUrl('DATABASE_URL') ?? read.required('DATABASE_URL', EXAMPLE_OF.DATABASE_URL);
  const address = read.address('TEMPORAL_ADDRESS') ?? read.required('TEMPORAL_ADDRESS', EXAMPLE_OF.TEMPORAL_ADDRESS);
  const namespace = read.text('TEMPORAL_NAMESPACE') ?? 'default';
  const bankUrl = read.required('BANK_URL', 'http://127.0.0.1:3100');
  const port = read.port('WORKER_PORT') ?? 0;
  const host = read.text('METRICS_HOST') ?? LOCAL;
  const promotion = read.oneOf('WORKER_PROMOTE', WORKER_PROMOTIONS) ?? 'new';
  const givenBuildId = read.text('WORKER_BUILD_ID');
  const logLevel = read.oneOf('LOG_LEVEL', LOG_LEVELS) ?? 'info';
  const isProduction = read.isProduction();
  const keySettings = readKeySettings(read, { production: isProduction });
  const { plainPayloads, tls } = readEngineSettings(read, { production: isProduction });
  const signer = readSigner(read, { production: isProduction });
  const auditDir = resolve(read.text('AUDIT_DIR') ?? '.data/audit');
  const isSandboxMeant = read.onOff('BANK_SANDBOX') ?? !isProduction;
  if (read.mistakes.length > 0 || !keySettings) throw new ConfigurationError(read.mistakes);
  if (isProduction) {
    const reasons = productionMistakes({ databaseUrl, engine: { address, tls }, bank: { isSandbox: await isBankSandbox(bankUrl), isSandboxMeant, url: isSandboxMeant ? undefined : bankUrl } });
    if (reasons.length > 0) throw new NotForProduction(reasons);
  }

  const log = new JsonLog('worker', logLevel);
  const logger = engineLog(log);
  // The library tells its figures on a port that it opens itself; callers get them together with ours, on one.
  const [enginePort] = await freePorts(1);
  const engineFigures = `${LOCAL}:${enginePort ?? 0}`;
  Runtime.install({
    logger,
    telemetryOptions: { logging: { filter: 'WARN', forward: {} }, metrics: { prometheus: { bindAddress: engineFigures, useSecondsForDurations: true } } },
  });
  const [code, connection] = await Promise.all([bundleCaseWorkflow(logger), NativeConnection.connect(connectionTo({ address, tls }))]);
  const buildId = givenBuildId ?? code.buildId;
  const pool = connect(databaseUrl, RECORD_CONNECTIONS, SERVICE_ROLE);
  const keys = await openRecordKeys(pool, keyProviderOf(keySettings), keySettings.profile);
  const metrics = new WorkerMetrics(pool);
  const codec = new SealingCodec(new EngineSeals(keys.cases, keys.engine, caseIdOf), plainPayloads);
  const checkpoints = checkpointsOf(pool, auditDir, signer, log);
  const worker = await createCaseWorker({ connection, namespace, codec, pool, keys, bankUrl, workflowBundle: code.bundle, buildId, metrics, log, checkpoints });
  let isPromoted = false;
  const health = await openOperatorPort(
    { host, port },
    {
      '/health/live': () => ({ status: 200, body: '{"status":"ok"}' }),
      '/health/ready': () => workerReadiness(worker, pool, isPromoted),
      '/metrics': async () => ({
        status: 200,
        type: metrics.registry.contentType,
        body: `${await metrics.registry.metrics()}\n${await (await fetch(`http://${engineFigures}/metrics`)).text()}`,
      }),
    },
  );
  const stopping = new AbortController();
  const stop = () => {
    stopping.abort();
    if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);

  const place = { service: connection.workflowService, namespace, deployment: CASE_DEPLOYMENT };
  const running = worker.run();
  try {
    const current = await promote(place, buildId, promotion, stopping.signal);
    isPromoted = true;
    // What happened while nothing ran is closed at once, and every chain is looked at once for each start.
    void checkpoints?.write({ full: true }).catch((error: unknown) => log.log('warn', { err: error }, 'the first checkpoint of the audit could not be written; the next one comes within the hour'));
    if (current !== buildId) log.log('warn', { buildId, current }, 'new cases go to another version; this worker serves the cases of its own');
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    if (!isPromoted) stop();
    await running;
  }
  health.close();
  await pool.end();
  await connection.close();
}

function checkpointsOf(pool: Pool, directory: string, signer: CheckpointSigner | undefined, log: JsonLog): Checkpoints | undefined {
  if (signer) return new Checkpoints(pool, new CheckpointFile(directory), signer);
  log.log('warn', {}, 'no AUDIT_SIGNING_KEY: this worker writes no checkpoints of the audit');
  return undefined;
}

main().catch((error: unknown) => {
  tellWhyItEnds('worker', error);
  process.exitCode = 1;
});
