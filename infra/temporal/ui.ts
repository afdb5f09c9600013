import { mkdirSync, writeFileSync } from 'node:fs';
import type { DataDir } from '../data-dir';
import { choosePort, isPortCollision, LOCAL, type PortChoice } from '../ports';
import { ProcessFailed, startProcess, type RunningProcess, type Surroundings } from '../process';
import type { EngineBinaries } from './binary-cache';

const ATTEMPTS = 5;

export interface UiServer extends RunningProcess {
  url: string;
}

export interface UiNeeds {
  choice: PortChoice;
  namespace: string;
  /** Where its pages have payloads opened; absent: they show them sealed, unless somebody tells his browser an address. */
  codecUrl?: string;
  dataDir: DataDir;
  binaries: EngineBinaries;
  around: Surroundings;
}

/**
 * Starts the Temporal UI on 127.0.0.1 for the frontend at `address`.
 * @throws StartupError when UI_PORT is set and taken, or the UI does not start
 */
export async function startUi(
  address: string,
  { choice, namespace, codecUrl, dataDir, binaries, around }: UiNeeds,
): Promise<UiServer> {
  const root = dataDir.file('temporal', 'ui');
  mkdirSync(root, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort('UI_PORT', attempt === 1 ? choice : { ...choice, port: choice.explicit ? choice.port : 0 });
    const url = `http://${LOCAL}:${port}`;
    // JSON is YAML; the server wants a file and reads no environment without one.
    writeFileSync(`${root}/base.yaml`, JSON.stringify(uiConfig(address, port, namespace, codecUrl), null, 2));
    try {
      const running = await startProcess(
        {
          name: 'temporal-ui',
          title: 'The Temporal UI',
          command: binaries.ui,
          args: ['--root', root, '--config', '.', '--env', 'base', 'start'],
          env: { PATH: process.env.PATH ?? '' },
          cwd: root,
          logFile: dataDir.logFile('temporal-ui'),
          stopSignal: 'SIGTERM',
          graceMs: 5_000,
        },
        around,
        { isReady: () => answers(url), withinMs: 30_000 },
      );
      return { ...running, url };
    } catch (error) {
      if (!(error instanceof ProcessFailed && isPortCollision(error.output)) || attempt === ATTEMPTS) throw error;
    }
  }
}

function uiConfig(address: string, port: number, namespace: string, codecUrl: string | undefined): object {
  return {
    temporalGrpcAddress: address,
    host: LOCAL,
    port,
    enableUi: true,
    defaultNamespace: namespace,
    disableNewsFetch: true, // nothing is fetched from the internet
    notifyOnNewVersion: false,
    hideLogs: true, // no line for every request
    // The browser brings along the session of whoever is signed in to the API.
    codec: codecUrl === undefined ? {} : { endpoint: codecUrl, includeCredentials: true },
    cors: { allowOrigins: [`http://${LOCAL}:${port}`, `http://localhost:${port}`], cookieInsecure: true },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // not listening yet
  }
}
