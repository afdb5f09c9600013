import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { AuditLog } from '../audit/audit-log';
import { tellWhyItEnds } from '../infra/json-log';
import { openOperatorPort } from '../infra/operator-port';
import { ConfigurationError, EXAMPLE_OF, LOG_LEVELS, WORKER_PROMOTIONS } from '../infra/config';
import { EnvironmentReader } from '../infra/environment';
import { LOCAL } from '../infra/ports';
import { readDocumentSettings } from '../infra/document-settings';
import { readEngineSettings } from '../infra/engine-settings';
import { readHttpSettings } from '../infra/http-settings';
import { endAtLastResort } from '../infra/last-resort';
import { NotForProduction, productionMistakes } from '../infra/production';
import { readSignInSettings } from '../infra/sign-in-settings';
import { connectEngine, engineClient } from '../infra/temporal/engine-client';
import { SealingCodec } from '../infra/temporal/payload-codec';
import { documentStore, virusScanner } from '../documents/open-documents';
import { EngineSeals } from '../security/engine-seals';
import { loadConsentTexts } from '../policies/consent-texts';
import { keyProviderOf, readKeySettings } from '../security/key-settings';
import { connect } from '../store/db';
import { openRecordKeys } from '../store/record-keys';
import { SERVICE_ROLE } from '../store/database-roles';
import { ScopedRecords } from '../store/scoped-records';
import { hasDemoUsers } from '../store/user.store';
import { CASE_TASK_QUEUE, caseIdOf } from '../workflows/case/messages';
import { CaseCommands } from './case-commands';
import { CaseOpenings } from './case-opening';
import { CaseReader } from './case-reader';
import { CaseRestarts } from './case-restart';
import { CaseSimulation } from './case-simulation';
import { CaseVersions } from './case-versions';
import { Confirmations } from './confirmations';
import { CrashRecovery } from './crash-recovery';
import { DestructionRemains } from './destruction-remains';
import { Destructions } from './destructions';
import { DocumentScans } from './document-scans';
import { Documents } from './documents';
import { DomainMetrics } from './domain-metrics';
import { CaseEngine } from './engine';
import { EnginePayloads } from './engine-payloads';
import { FileImportBatches } from './file-import-batches';
import { FileImportRows } from './file-import-row';
import { FileImportRunner } from './file-import-runner';
import { ApiMetrics } from './metrics';
import { PersonalDataExports } from './personal-data-exports';
import { ReferenceTables } from './reference-tables';
import { reloadAtSignal } from './http/tls';
import { buildServer } from './server';
import { createSignIn } from './sign-in/sign-in';
import { StrandedCases } from './stranded-cases';

/** Connections to the record: what the service does on its own behalf, and what it reads and writes for people. */
const SERVICE_CONNECTIONS = 12;
const USER_CONNECTIONS = 12;

/**
 * How long a version of the workflow code must be seen without workers before its cases are taken from it. Not at all where
 * there is no other worker than that of this service, and for ever where an operator decides about versions. Otherwise long
 * enough for a worker that is restarted, or an engine that is and has forgotten who had asked it for work.
 */
const UNSERVED_FOR_MS = { always: 0, new: 300_000, off: Infinity };

/** Runs the API as a process of its own until SIGTERM; requests that are under way are answered first. */
async function main(): Promise<void> {
  endAtLastResort('api');
  const read = new EnvironmentReader(process.env);
  const databaseUrl = read.postgresUrl('DATABASE_URL') ?? read.required('DATABASE_URL', EXAMPLE_OF.DATABASE_URL);
  // A login that is no more than a reader in somebody's name; without one the other steps down.
  const userDatabaseUrl = read.postgresUrl('API_DATABASE_URL') ?? databaseUrl;
  const address = read.address('TEMPORAL_ADDRESS') ?? read.required('TEMPORAL_ADDRESS', EXAMPLE_OF.TEMPORAL_ADDRESS);
  const namespace = read.text('TEMPORAL_NAMESPACE') ?? 'default';
  const host = read.text('HOST') ?? LOCAL;
  const port = read.port('PORT') ?? 3000;
  const isSimulationOn = read.onOff('SIMULATION') ?? false;
  const promotion = read.oneOf('WORKER_PROMOTE', WORKER_PROMOTIONS) ?? 'new';
  const logLevel = read.oneOf('LOG_LEVEL', LOG_LEVELS) ?? 'info';
  const metricsHost = read.text('METRICS_HOST') ?? LOCAL;
  const metricsPort = read.port('METRICS_PORT');
  const isProduction = read.isProduction();
  const keySettings = readKeySettings(read, { production: isProduction });
  const http = readHttpSettings(read, isProduction);
  const documentSettings = readDocumentSettings(read);
  const engineSettings = readEngineSettings(read, { production: isProduction });
  const signInSettings = readSignInSettings(read, { production: isProduction, publicUrl: http.publicUrl });
  const key = signInSettings.key ?? '';
  if (isProduction) for (const reason of productionMistakes({ host, http, databaseUrl, apiDatabaseUrl: read.text('API_DATABASE_URL'), s3: documentSettings.s3, engine: { address, tls: engineSettings.tls }, simulation: isSimulationOn })) read.mistake(reason);
  if (key === '') read.mistake('SIGN_IN_KEY must be set, to 64 hexadecimal digits');
  if (read.mistakes.length > 0 || !keySettings) throw new ConfigurationError(read.mistakes);

  const pool = connect(databaseUrl, SERVICE_CONNECTIONS, SERVICE_ROLE);
  const kept = isProduction ? productionMistakes({ hasDemoUsers: await hasDemoUsers(pool) }) : [];
  if (kept.length > 0) throw new NotForProduction(kept);
  const keys = await openRecordKeys(pool, keyProviderOf(keySettings), keySettings.profile);
  const records = new ScopedRecords(userDatabaseUrl, USER_CONNECTIONS);
  const metrics = new ApiMetrics(pool);
  const connection = await connectEngine({ address, tls: engineSettings.tls }, { interceptors: [metrics.engineInterceptor(), makeGrpcRetryInterceptor(defaultGrpcRetryOptions())] });
  const codec = new SealingCodec(new EngineSeals(keys.cases, keys.engine, caseIdOf), engineSettings.plainPayloads);
  const client = engineClient(connection, namespace, codec);
  const engine = new CaseEngine(client, CASE_TASK_QUEUE);
  const tables = await ReferenceTables.load(pool);
  const confirmations = new Confirmations(pool, (error) => app.log.warn({ err: error }, 'what the engine confirmed could not be written down; it will be asked again'));
  const openings = new CaseOpenings(pool, keys, engine, tables, isSimulationOn, confirmations);
  const reader = new CaseReader(pool, records, keys, tables);
  const store = documentStore(documentSettings);
  const scans = new DocumentScans(pool, store, keys.cases, virusScanner(documentSettings, isProduction), () => app.log);
  const signIn = createSignIn(pool, tables, keys.index, { ...signInSettings, key, publicUrl: signInSettings.publicUrl ?? `http://${host}:${port}` });
  const audit = new AuditLog(pool, (entries) => metrics.audited(entries));
  const remains = new DestructionRemains(pool, store, () => app.log);
  const app = await buildServer(
    {
      pool,
      records,
      keys,
      tables,
      signIn,
      openings,
      reader,
      commands: new CaseCommands(pool, keys, reader, engine, tables, confirmations),
      simulation: new CaseSimulation(pool, engine, isSimulationOn),
      imports: new FileImportBatches(pool, records, keys, tables, () => imports.wake()),
      documents: new Documents(pool, records, reader, store, keys.cases, scans),
      enginePayloads: new EnginePayloads(codec, records, tables),
      audit,
      exports: new PersonalDataExports(pool, records, reader, keys, tables),
      destructions: new Destructions(pool, records, reader, tables, keys.cases, remains),
      consentTexts: loadConsentTexts(),
      isEngineServing: () => engine.within((service) => service.getSystemInfo({})),
    },
    { logLevel, http, engineUiOrigin: engineSettings.uiOrigin, onFinished: (finished) => metrics.finished(finished) },
  );
  if (http.tls) reloadAtSignal(app.server, http.tls, app.log);

  const recovery = new CrashRecovery(pool, engine, openings, app.log);
  const imports = new FileImportRunner(pool, keys, new FileImportRows(pool, keys, openings), app.log);
  const figures = new DomainMetrics(pool, metrics.registry, (error) => app.log.warn({ err: error }, 'the figures of the work could not be counted'));
  // A port of its own: what an operator may see is not for whoever can reach the API.
  const answerMetrics = async () => {
    await figures.refresh();
    return { status: 200, type: metrics.registry.contentType, body: await metrics.registry.metrics() };
  };
  const { smsSandbox } = signIn;
  const answerSms = async () => ({ status: 200, body: JSON.stringify({ items: await smsSandbox?.sent() }) });
  const operatorPaths = { '/metrics': answerMetrics, ...(smsSandbox && { '/sms': answerSms }) };
  const operatorPort = metricsPort === undefined ? undefined : await openOperatorPort({ host: metricsHost, port: metricsPort }, operatorPaths);
  const stranded = new StrandedCases(new CaseVersions(client), new CaseRestarts(pool, engine, tables), UNSERVED_FOR_MS[promotion], app.log);
  const stop = async () => {
    recovery.stop();
    stranded.stop();
    operatorPort?.close();
    await app.close();
    await imports.stop();
    await scans.stop();
    await remains.stop();
    await audit.stop();
    await confirmations.stop();
    await connection.close();
    await records.end();
    await pool.end();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop().catch(fail));
  await app.listen({ host, port });
  recovery.start();
  imports.start();
  scans.start();
  remains.start();
  if (promotion !== 'off') stranded.start();
}

function fail(error: unknown): void {
  tellWhyItEnds('api', error);
  process.exitCode = 1;
}

main().catch(fail);
