import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInUse, readIfThere } from './data-dir';
import type { EnginePlace } from './temporal/engine-client';

/** Where the parts of a running service listen. */
export interface StackAddresses {
  /** With its password. */
  databaseUrl: string;
  temporal: EnginePlace & { namespace: string };
  apiUrl?: string;
  /** Health and metrics of the worker. */
  workerUrl?: string;
  /** Metrics of the API. */
  metricsUrl?: string;
}

/**
 * Leaves the addresses in the data directory for the operator's tools. Readable for this user only, as is the password
 * of the embedded PostgreSQL beside it. What an earlier stack left there is of no use and is written over.
 */
export function publishAddresses(dataDir: string, addresses: StackAddresses): void {
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  writeFileSync(fileIn(dataDir), JSON.stringify(addresses), { mode: 0o600 });
}

/** The addresses of the stack that runs on a data directory; undefined when none runs, or it is still starting. */
export function readAddresses(dataDir: string): StackAddresses | undefined {
  const content = isInUse(dataDir) ? readIfThere(fileIn(dataDir)) : undefined;
  return content === undefined ? undefined : (JSON.parse(content) as StackAddresses);
}

// Not ".json": those beside it are records of processes, and what is none is swept away.
function fileIn(dataDir: string): string {
  return join(dataDir, 'run', 'addresses');
}
