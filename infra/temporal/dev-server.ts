import { choosePort, isPortCollision, LOCAL } from '../ports';
import { ProcessFailed, startProcess } from '../process';
import { dynamicConfigArguments, engineSettings } from './dynamic-config';
import type { EngineGround } from './engine';
import { isServing } from './health';
import type { TemporalServer } from './server';

const ATTEMPTS = 5;

/**
 * Starts the development server of the `temporal` command line, which keeps its state in one SQLite file:
 * for a machine without Go. It brings its own UI.
 * @throws StartupError when a port that was set is taken or it does not start
 */
export async function startDevServer(command: string, { config, dataDir, around, codecUrl }: EngineGround): Promise<TemporalServer> {
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort('TEMPORAL_PORT', config.temporalPort);
    const uiPort = await choosePort('UI_PORT', attempt === 1 ? config.uiPort : { ...config.uiPort, port: config.uiPort.explicit ? config.uiPort.port : 0 });
    const address = `${LOCAL}:${port}`;
    try {
      const running = await startProcess(
        {
          name: 'temporal-server',
          title: 'The Temporal development server',
          command,
          args: [
            ...['server', 'start-dev', '--ip', LOCAL, '--port', String(port), '--ui-port', String(uiPort)],
            ...['--db-filename', dataDir.file('temporal', 'dev-server.db'), '--namespace', config.temporalNamespace, '--log-level', config.logLevel],
            ...(codecUrl === undefined ? [] : ['--ui-codec-endpoint', codecUrl]),
            ...dynamicConfigArguments(engineSettings(config)),
          ],
          env: { PATH: process.env.PATH ?? '', HOME: dataDir.file('temporal') },
          cwd: dataDir.file('temporal'),
          logFile: dataDir.logFile('temporal-server'),
          stopSignal: 'SIGTERM',
          graceMs: 20_000,
        },
        around,
        { isReady: () => isServing(address), withinMs: 60_000 },
      );
      return { ...running, address, uiUrl: `http://${LOCAL}:${uiPort}` };
    } catch (error) {
      if (!(error instanceof ProcessFailed && isPortCollision(error.output)) || attempt === ATTEMPTS) throw error;
    }
  }
}
