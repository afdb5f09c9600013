import type { Config } from '../config';
import type { DataDir } from '../data-dir';
import type { Surroundings } from '../process';
import { providePostgres } from './binaries';
import { provideCluster } from './cluster';
import { postgresPlace, reachableCache } from './place';
import { startPostgres, type PostgresServer } from './server';
import { postgresUser } from './system-user';

/**
 * Starts the embedded PostgreSQL on the data directory; its cluster is created on the first start.
 * @throws StartupError
 */
export async function startEmbeddedPostgres(config: Config, dataDir: DataDir, around: Surroundings, onProgress: (line: string) => void): Promise<PostgresServer> {
  const user = postgresUser();
  const binaries = await providePostgres(reachableCache(config.cacheDir, user), user);
  const place = postgresPlace(dataDir, user);
  if (!place.startsWith(dataDir.path) && user !== undefined) {
    onProgress(`The user ${user.name} cannot reach DATA_DIR, so PostgreSQL keeps its data in ${place}`);
  }
  const cluster = await provideCluster(dataDir, place, binaries, user);
  return startPostgres(cluster, binaries, { port: config.postgresPort, user, logFile: dataDir.logFile('postgres'), around });
}
