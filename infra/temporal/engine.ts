import { writeFileSync } from 'node:fs';
import type { Config } from '../config';
import { readIfThere, type DataDir } from '../data-dir';
import { reasonOf } from '../errors';
import { ensureDatabases, urlOfDatabase } from '../postgres/databases';
import type { Surroundings } from '../process';
import type { StopList } from '../stop-list';
import type { EngineBinaries } from './binary-cache';
import { startDevServer } from './dev-server';
import { claimEngineDatabase } from './engine-claim';
import { engineDatabase } from './engine-database';
import type { EngineProgram } from './find-engine';
import { ensureSchemas } from './schema';
import { startTemporalServer, type TemporalServer } from './server';
import { startUi } from './ui';

export interface EngineGround {
  config: Config;
  dataDir: DataDir;
  around: Surroundings;
  stops: StopList;
  /** Any database on the server where the engine keeps its own two. */
  databaseUrl: string;
  /** Name of the engine's main database. */
  databaseName: string;
  onProgress: (line: string) => void;
  /** Where pages of the engine's UI have payloads opened. */
  codecUrl?: string;
}

/**
 * Starts the embedded engine and resolves when its frontend serves.
 * @throws StartupError
 */
export async function startEngine(program: EngineProgram, ground: EngineGround): Promise<TemporalServer> {
  const { dataDir, stops } = ground;
  const server = program.kind === 'cli' ? await startDevServer(program.command, ground) : await startPinned(program.binaries, ground);
  stops.add(() => server.stop());
  writeFileSync(keptEngineFile(dataDir), program.kind);
  return server;
}

/** Which engine the data directory was begun with; undefined = none yet. */
export function keptEngine(dataDir: DataDir): EngineProgram['kind'] | undefined {
  const kind = readIfThere(keptEngineFile(dataDir));
  return kind === 'pinned' || kind === 'cli' ? kind : undefined;
}

function keptEngineFile(dataDir: DataDir): string {
  return dataDir.file('temporal', 'engine.txt');
}

async function startPinned(binaries: EngineBinaries, { config, dataDir, around, stops, databaseUrl, databaseName }: EngineGround): Promise<TemporalServer> {
  const database = engineDatabase(databaseUrl, databaseName);
  await ensureDatabases(databaseUrl, [database.main, database.visibility]);
  await ensureSchemas(binaries, database, databaseUrl, dataDir.file('temporal', 'schema.json'));
  stops.add(await claimEngineDatabase(urlOfDatabase(databaseUrl, database.main)));
  return startTemporalServer(config, dataDir, binaries, database, around);
}

/**
 * Starts the UI of the pinned engine and answers its address.
 *
 * The service works without it, so a UI that fails is told as progress and not as a failure; only a UI_PORT
 * that somebody insisted on is an error.
 * @throws StartupError when UI_PORT is set and taken
 */
export async function startEngineUi(binaries: EngineBinaries, address: string, ground: EngineGround): Promise<string | undefined> {
  const { config, dataDir, stops, onProgress, codecUrl } = ground;
  const around = { ...ground.around, onUnexpectedExit: (sentence: string) => onProgress(`${sentence} The service goes on without it.`) };
  try {
    const ui = await startUi(address, { choice: config.uiPort, namespace: config.temporalNamespace, codecUrl, dataDir, binaries, around });
    stops.add(() => ui.stop());
    return ui.url;
  } catch (error) {
    if (config.uiPort.explicit) throw error;
    onProgress(`The Temporal UI is not available: ${reasonOf(error)}`);
    return undefined;
  }
}
