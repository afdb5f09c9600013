import { allOrNone } from './all-or-none';
import type { Config } from './config';
import { openDataDir, type DataDir } from './data-dir';
import { reasonOf, StartupError } from './errors';
import { FailureReport } from './failure-report';
import { databaseOf, ensureDatabases } from './postgres/databases';
import { startEmbeddedPostgres } from './postgres/embedded';
import type { RunningProcess, Surroundings } from './process';
import { openProcessRecords, stopLeftOvers } from './process-records';
import { startServiceProcess, type ServiceProgram } from './service-process';
import { StopList } from './stop-list';
import { keptEngine, startEngine, startEngineUi, type EngineGround } from './temporal/engine';
import type { EnginePlace } from './temporal/engine-client';
import { findEngine, type EngineProgram } from './temporal/find-engine';
import { ensureNamespace, RETENTION_DAYS, type SearchAttributes } from './temporal/namespace';
import { startWatchdog } from './watchdog';

const SERVICE_DATABASE = 'bihuan';

export interface Infrastructure {
  databaseUrl: string;
  temporal: EnginePlace & { namespace: string };
  uiUrl?: string;
  /** Runs a program of the service under the same supervision; it is stopped before what it stands on, if not by whoever runs it. @throws ProcessFailed */
  run: (program: ServiceProgram) => Promise<RunningProcess>;
  /** Stops what was started, the engine before its database; a second call waits for the first. */
  stop(): Promise<void>;
}

export interface InfrastructureNeeds {
  searchAttributes: SearchAttributes;
  /** How long finished workflows stay readable in a namespace that is created now; days, default 30. */
  retentionDays?: number;
  /** Where pages of the engine's UI have payloads opened, where that is known by now. */
  codecUrl?: string;
  /** One line for the person who waits. */
  onProgress: (line: string) => void;
  /** One sentence when a part has ended that the service cannot do without; told once, and the rest still runs. */
  onFailure: (sentence: string) => void;
  /** Aborted when whoever started it does not want it any more: the start ends early and what was started is stopped. */
  signal?: AbortSignal;
}

/**
 * Starts what the service stands on: PostgreSQL and Temporal, unless the configuration names existing ones.
 *
 * Resolves when both can be used: databases created, engine serving, namespace and search attributes known.
 * @throws StartupError with one sentence; everything started until then has been stopped
 */
export async function startInfrastructure(config: Config, needs: InfrastructureNeeds): Promise<Infrastructure> {
  const stops = new StopList();
  const failures = new FailureReport(needs.onFailure);
  try {
    const infrastructure = await start(config, needs, stops, failures);
    failures.started();
    return infrastructure;
  } catch (error) {
    // A part that ended during the start is the cause of what failed after it.
    const cause = failures.first ?? error;
    await stops.stopAll().catch((fault: unknown) => needs.onProgress(`Not everything could be stopped: ${reasonOf(fault)}`));
    if (cause instanceof StartupError) throw cause;
    throw new StartupError(`The embedded stack could not be started (${reasonOf(cause)}).`, { cause });
  }
}

async function start(config: Config, needs: InfrastructureNeeds, stops: StopList, failures: FailureReport): Promise<Infrastructure> {
  const dataDir = openDataDir(config.dataDir);
  stops.add(() => dataDir.release());
  const around = await prepare(dataDir, needs, stops, failures);
  const { onProgress } = needs;

  // The engine may have to be built first: meanwhile the database starts.
  const [program, database] = await allOrNone(
    async (signal) => {
      if (config.temporalAddress !== undefined) return undefined;
      const either = needs.signal ? AbortSignal.any([signal, needs.signal]) : signal;
      return findEngine(config.cacheDir, process.env.PATH ?? '', { onProgress, signal: either }, keptEngine(dataDir));
    },
    () => startDatabase(config, dataDir, around, stops, onProgress),
  );
  needs.signal?.throwIfAborted();
  const ground = { config, dataDir, around, stops, databaseUrl: database.url, databaseName: database.engine, onProgress, codecUrl: needs.codecUrl };
  const { address, tls, uiUrl } = await engineFor(program, ground, needs);
  return { databaseUrl: database.url, temporal: { address, tls, namespace: config.temporalNamespace }, uiUrl, run: (program) => runProgram(program, ground), stop: () => stops.stopAll() };
}

async function runProgram(program: ServiceProgram, { dataDir, around, stops }: EngineGround): Promise<RunningProcess> {
  const running = await startServiceProcess(program, dataDir.logFile(program.name), around);
  stops.add(() => running.stop());
  return running;
}

async function prepare(dataDir: DataDir, needs: InfrastructureNeeds, stops: StopList, failures: FailureReport): Promise<Surroundings> {
  for (const title of await stopLeftOvers(dataDir.runDir)) {
    needs.onProgress(`${title} was still running after an earlier stack had died; it has been stopped`);
  }
  const watchdog = startWatchdog();
  stops.add(() => watchdog.dismiss());
  return { watchdog, records: openProcessRecords(dataDir.runDir), onUnexpectedExit: (sentence) => failures.report(sentence) };
}

async function startDatabase(config: Config, dataDir: DataDir, around: Surroundings, stops: StopList, onProgress: (line: string) => void): Promise<{ url: string; engine: string }> {
  if (config.databaseUrl !== undefined) {
    const name = databaseOf(config.databaseUrl);
    await ensureDatabases(config.databaseUrl, [name]);
    // Named after the service's own: a shared server may well hold the "temporal" of another cluster.
    return { url: config.databaseUrl, engine: `${name}_temporal` };
  }
  const postgres = await startEmbeddedPostgres(config, dataDir, around, onProgress);
  stops.add(() => postgres.stop());
  await ensureDatabases(postgres.urlOf('postgres'), [SERVICE_DATABASE]);
  return { url: postgres.urlOf(SERVICE_DATABASE), engine: 'temporal' };
}

async function engineFor(program: EngineProgram | undefined, ground: EngineGround, needs: InfrastructureNeeds): Promise<EnginePlace & { uiUrl?: string }> {
  const namespace = {
    namespace: ground.config.temporalNamespace,
    retentionDays: needs.retentionDays ?? RETENTION_DAYS,
    searchAttributes: needs.searchAttributes,
  };
  if (program === undefined) {
    const place = { address: ground.config.temporalAddress ?? '', tls: ground.config.engine.tls };
    await ensureNamespace(place, namespace);
    return place;
  }
  const server = await startEngine(program, ground);
  const [uiUrl] = await allOrNone(
    async () => (program.kind === 'pinned' ? startEngineUi(program.binaries, server.address, ground) : server.uiUrl),
    () => ensureNamespace(server, namespace),
  );
  return { address: server.address, uiUrl };
}
