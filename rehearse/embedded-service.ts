import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../infra/config';
import { forget } from '../infra/data-dir';
import { progressOn } from '../infra/progress';
import { startService } from '../service/stack';

export interface RunningService {
  url: string;
  stop: () => Promise<void>;
}

/**
 * Starts the service for one rehearsal, on any free port, with simulation on. Its data goes to `DATA_DIR` and stays
 * there; without one to a directory of its own, which `stop` deletes.
 *
 * @throws StartupError, ConfigurationError when it cannot be started
 */
export async function startEmbeddedService(): Promise<RunningService> {
  const isKept = (process.env.DATA_DIR ?? '') !== '';
  const dataDir = isKept ? process.env.DATA_DIR : await mkdtemp(join(tmpdir(), 'bihuan-rehearsal-'));
  const config = readConfig({ ...process.env, PORT: '0', UI_PORT: '0', SIMULATION: 'on', DATA_DIR: dataDir });
  // When this fails its directory stays: the logs that the message points to are in it.
  const service = await startService(config, { onProgress: progressOn(process.stderr) });
  return {
    url: service.url,
    stop: async () => {
      await service.stop();
      if (!isKept) await forget(config.dataDir, ['bank-sandbox']);
    },
  };
}
