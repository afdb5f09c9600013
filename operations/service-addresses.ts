import { engineElsewhere, type Config } from '../infra/config';
import { isInUse } from '../infra/data-dir';
import { readAddresses, type StackAddresses } from '../infra/stack-addresses';

/** No service can be found; `message` says how to start or name one. */
export class NothingRuns extends Error {
  override readonly name = 'NothingRuns';
}

/**
 * Where the service is that an operator's tool works on: what the environment names (DATABASE_URL, TEMPORAL_ADDRESS), and
 * the rest from the stack that runs on DATA_DIR.
 *
 * @throws NothingRuns when the environment does not name both and no stack runs there
 */
export function findService(config: Config): StackAddresses {
  const { dataDir, databaseUrl, temporalNamespace } = config;
  const running = readAddresses(dataDir);
  const engine = engineElsewhere(config);
  const temporal = engine ? { ...engine, namespace: temporalNamespace } : running?.temporal;
  const url = databaseUrl ?? running?.databaseUrl;
  if (url !== undefined && temporal !== undefined) {
    return { ...running, databaseUrl: url, temporal };
  }
  if (isInUse(dataDir)) throw new NothingRuns(`The stack on DATA_DIR ${dataDir} is still starting; try again when it says that it runs.`);
  throw new NothingRuns(`Nothing runs on DATA_DIR ${dataDir}. Start it with "npm start", or name a running service by DATA_DIR, or by DATABASE_URL and TEMPORAL_ADDRESS.`);
}

/**
 * The database of the service that a tool works on; nothing else of it needs to run.
 *
 * @throws NothingRuns when the environment does not name it and no stack runs on DATA_DIR
 */
export function findRecord({ dataDir, databaseUrl }: Config): string {
  const url = databaseUrl ?? readAddresses(dataDir)?.databaseUrl;
  if (url === undefined) throw new NothingRuns(`Nothing runs on DATA_DIR ${dataDir}. Start it with "npm start", or name a database by DATABASE_URL.`);
  return url;
}
