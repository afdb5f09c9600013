import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { AuditLog } from '../audit/audit-log';
import { tellWhyItEnds } from '../infra/json-log';
import { openOperatorPort } from '../infra/operator-port';
import { WORKER_PROMOTIONS } from '../infra/config';
import { EnvironmentReader } from '../infra/environment';
import { connect } from '../store/db';
import { CASE_TASK_QUEUE } from '../workflows/case/messages';
import { CaseCommands } from './case-commands';
import { CaseOpenings } from './case-opening';
import { CaseReader } from './case-reader';
import { CaseRestarts } from './case-restart';
import { CaseSimulation } from './case-simulation';
import { CaseVersions } from './case-versions';
import { Confirmations } from './confirmations';
import { CrashRecovery } from './crash-recovery';
import { DomainMetrics } from './domain-metrics';
import { CaseEngine } from './engine';
import { FileImportBatches } from './file-import-batches';
import { FileImportRows } from './file-import-row';
import { FileImportRunner } from './file-import-runner';
import { ApiMetrics } from './metrics';
import { ReferenceTables } from './reference-tables';
import { buildServer } from './server';
import { StrandedCases } from './stranded-cases';

const RECORD_CONNECTIONS = 20;

/**
 * How long a version of the workflow code must be seen without workers before its cases are taken from it. Not at all where
 * there is no other worker than that of this service, and for ever where an operator decides about versions. Otherwise long
 * enough for a worker that is restarted, or an engine that is and has forgotten who had asked it for work.
 */
const UNSERVED_FOR_MS = { always: 0, new: 300_000, off: Infinity };

/** Runs the API as a process of its own until SIGTERM; requests that are under way are answered first. */
async function main(): Promise<void> {
  const read = new EnvironmentReader(process.env);
  const databaseUrl = read.required('DATABASE_URL');
  const address = read.required('TEMPORAL_ADDRESS');
  const namespace = read.text('TEMPORAL_NAMESPACE') ?? 'default';
  const host = read.text('HOST') ?? '127.0.0.1';
  const port = read.port('PORT') ?? 3000;
  const isSimulationOn = read.onOff('SIMULATION') ?? false;
  const promotion = read.oneOf('WORKER_PROMOTE', WORKER_PROMOTIONS) ?? 'new';
  const logLevel = read.text('LOG_LEVEL') ?? 'info';
  const metricsHost = read.text('METRICS_HOST') ?? '127.0.0.1';
  const metricsPort = read.port('METRICS_PORT');
  if (isSimulationOn && process.env.NODE_ENV === 'production') read.mistakes.push('SIMULATION=on is refused with NODE_ENV=production');
  if (read.mistakes.length > 0) throw new Error(read.mistakes.join('; '));

  const pool = connect(databaseUrl, RECORD_CONNECTIONS);
  const metrics = new ApiMetrics(pool);
  const connection = await Connection.connect({ address, interceptors: [metrics.engineInterceptor(), makeGrpcRetryInterceptor(defaultGrpcRetryOptions())] });
  const engine = new CaseEngine(connection, namespace, CASE_TASK_QUEUE);
  const tables = await ReferenceTables.load(pool);
  const confirmations = new Confirmations(pool, (error) => app.log.warn({ err: error }, 'what the engine confirmed could not be written down; it will be asked again'));
  const openings = new CaseOpenings(pool, engine, tables, isSimulationOn, confirmations);
  const audit = new AuditLog(pool, (entries) => metrics.audited(entries));
  const app = await buildServer(
    {
      pool,
      tables,
      openings,
      reader: new CaseReader(pool, tables),
      commands: new CaseCommands(pool, engine, tables, confirmations),
      simulation: new CaseSimulation(pool, engine, isSimulationOn),
      imports: new FileImportBatches(pool, tables, () => imports.wake()),
      audit,
      isEngineServing: () => engine.within((service) => service.getSystemInfo({})),
    },
    logLevel,
    (finished) => metrics.finished(finished),
  );

  const recovery = new CrashRecovery(pool, engine, openings, app.log);
  const imports = new FileImportRunner(pool, new FileImportRows(pool, openings), app.log);
  const figures = new DomainMetrics(pool, metrics.registry, (error) => app.log.warn({ err: error }, 'the figures of the work could not be counted'));
  // A port of its own: what an operator may see is not for whoever can reach the API.
  const answerMetrics = async () => {
    await figures.refresh();
    return { status: 200, type: metrics.registry.contentType, body: await metrics.registry.metrics() };
  };
  const operatorPort = metricsPort === undefined ? undefined : await openOperatorPort({ host: metricsHost, port: metricsPort }, { '/metrics': answerMetrics });
  const stranded = new StrandedCases(new CaseVersions(connection, namespace), new CaseRestarts(pool, engine, tables), UNSERVED_FOR_MS[promotion], app.log);
  const stop = async () => {
    recovery.stop();
    stranded.stop();
    operatorPort?.close();
    await app.close();
    await imports.stop();
    await audit.stop();
    await confirmations.stop();
    await connection.close();
    await pool.end();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop().catch(fail));
  await app.listen({ host, port });
  recovery.start();
  imports.start();
  if (promotion !== 'off') stranded.start();
}

function fail(error: unknown): void {
  tellWhyItEnds('api', error);
  process.exitCode = 1;
}

main().catch(fail);
