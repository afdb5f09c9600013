import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { engines } from '../../package.json';
import type { Config } from '../../infra/config';
import { ok, warning, wrong, type Check } from '../check';

const GIB = 1024 ** 3;
/** Below this a day of work, or a write-ahead log that grows under load, may fill the disk. */
const WARN_BELOW = 5 * GIB;
/** Below this PostgreSQL may stop at any moment. */
const WRONG_BELOW = 0.5 * GIB;

/** What the service runs on: Node.js and the disk. */
export function machineChecks({ dataDir }: Pick<Config, 'dataDir'>): Check[] {
  return [
    {
      name: 'Node.js',
      look: () => {
        const wanted = engines.node.replace('>=', '');
        const isNewEnough = asNumber(process.versions.node) >= asNumber(wanted);
        return isNewEnough ? ok(process.versions.node) : wrong(`is ${process.versions.node}, and ${wanted} is needed`, `Install Node.js ${wanted} or newer.`);
      },
    },
    {
      name: 'disk',
      look: () => {
        const { bavail, bsize } = statfsSync(nearestExisting(dataDir));
        const free = bavail * bsize;
        const says = `${(free / GIB).toFixed(1)} GiB free for ${dataDir}`;
        if (free >= WARN_BELOW) return ok(says);
        const fix = 'Free space, or move DATA_DIR to a larger disk while the service is stopped.';
        return free >= WRONG_BELOW ? warning(says, fix) : wrong(says, fix);
      },
    },
  ];
}

function asNumber(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1_000 + minor;
}

function nearestExisting(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path));
}
