import { writeFileSync } from 'node:fs';
import type { Config } from '../config';
import type { DataDir } from '../data-dir';
import { choosePort, freePorts, isPortCollision, LOCAL } from '../ports';
import { ProcessFailed, startProcess, type RunningProcess, type Surroundings } from '../process';
import type { EngineBinaries } from './binary-cache';
import { dynamicConfigYaml, engineSettings } from './dynamic-config';
import { serverDatabaseEnvironment, type EngineDatabase } from './engine-database';
import { isServing } from './health';

const ATTEMPTS = 5;

/** All the ports the server opens besides its gRPC frontend; without these names it would take its fixed defaults. */
const OTHER_PORTS = [
  'FRONTEND_HTTP_PORT',
  'FRONTEND_MEMBERSHIP_PORT',
  'HISTORY_GRPC_PORT',
  'HISTORY_MEMBERSHIP_PORT',
  'MATCHING_GRPC_PORT',
  'MATCHING_MEMBERSHIP_PORT',
  'WORKER_GRPC_PORT',
  'WORKER_MEMBERSHIP_PORT',
] as const;

export interface TemporalServer extends RunningProcess {
  address: string;
  uiUrl?: string;
}

/**
 * Starts the pinned Temporal server and resolves when its frontend serves.
 * @throws StartupError when TEMPORAL_PORT is taken or the server does not start
 */
export async function startTemporalServer(config: Config, dataDir: DataDir, binaries: EngineBinaries, database: EngineDatabase, around: Surroundings): Promise<TemporalServer> {
  const dynamicConfig = dataDir.file('temporal', 'dynamic-config.yaml');
  writeFileSync(dynamicConfig, dynamicConfigYaml(engineSettings(config)));
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort('TEMPORAL_PORT', config.temporalPort);
    const others = await freePorts(OTHER_PORTS.length);
    const address = `${LOCAL}:${port}`;
    try {
      const running = await startProcess(
        {
          name: 'temporal-server',
          title: 'The Temporal server',
          command: binaries.server,
          args: ['--allow-no-auth', 'start'],
          env: {
            PATH: process.env.PATH ?? '',
            TZ: 'UTC',
            ...serverDatabaseEnvironment(database),
            NUM_HISTORY_SHARDS: '4', // stored with the data: changing it later would need an empty database
            SQL_MAX_CONNS: '20',
            FRONTEND_GRPC_PORT: String(port),
            ...Object.fromEntries(OTHER_PORTS.map((name, index) => [name, String(others[index])])),
            BIND_ON_IP: LOCAL,
            TEMPORAL_BROADCAST_ADDRESS: LOCAL,
            DYNAMIC_CONFIG_FILE_PATH: dynamicConfig,
            LOG_LEVEL: config.logLevel,
          },
          cwd: dataDir.file('temporal'),
          logFile: dataDir.logFile('temporal-server'),
          stopSignal: 'SIGTERM',
          graceMs: 20_000,
        },
        around,
        { isReady: () => isServing(address), withinMs: 60_000 },
      );
      return { ...running, address };
    } catch (error) {
      if (!(error instanceof ProcessFailed && isPortCollision(error.output)) || attempt === ATTEMPTS) throw error;
    }
  }
}
