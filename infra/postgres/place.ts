import { chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OUTSIDE_POSTGRES, type DataDir } from '../data-dir';
import { reasonOf, StartupError } from '../errors';
import { createReadableDirectory } from '../reachable';
import { canReach, type SystemUser } from './system-user';

const SHARED_CACHE = '/var/cache/bihuan';

/** A cache directory that PostgreSQL's user can read: ours, or for root with a closed home the machine's. */
export function reachableCache(cacheDir: string, user: SystemUser | undefined): string {
  if (user === undefined || canReach(nearestExisting(cacheDir), user)) return cacheDir;
  return SHARED_CACHE;
}

/**
 * The directory that holds the PostgreSQL cluster of a data directory, created where needed and owned by
 * PostgreSQL's user.
 *
 * `DATA_DIR/postgres`; when that user cannot reach DATA_DIR (a project in the closed home of root), it is a
 * link to a directory below /var/lib/bihuan.
 * @throws StartupError when neither place can be used
 */
export function postgresPlace(dataDir: DataDir, user: SystemUser | undefined): string {
  const place = dataDir.file('postgres');
  try {
    if (!existsSync(place)) {
      rmSync(place, { force: true }); // a link to nowhere: its target was deleted
      if (user === undefined || canReach(dataDir.path, user)) mkdirSync(place, { mode: 0o700 });
      else symlinkSync(outsidePlace(), place);
    }
    const real = realpathSync(place);
    if (user !== undefined) own(real, user);
    return real;
  } catch (error) {
    throw new StartupError(`PostgreSQL does not run as root, and its user ${user?.name ?? ''} cannot be given a directory in DATA_DIR ${dataDir.path} (${reasonOf(error)}); set DATA_DIR to a directory outside a closed home, or start Bihuan as another user.`);
  }
}

function outsidePlace(): string {
  createReadableDirectory(OUTSIDE_POSTGRES.parent);
  return mkdtempSync(join(OUTSIDE_POSTGRES.parent, OUTSIDE_POSTGRES.prefix));
}

// Only a directory of root is handed over. One that belongs to another user was made by another start, and
// its files inside would still be that user's.
function own(directory: string, user: SystemUser): void {
  const { uid } = statSync(directory);
  if (uid === 0) chownSync(directory, user.uid, user.gid);
  else if (uid !== user.uid) throw new Error(`it belongs to the user with id ${uid}`);
}

function nearestExisting(path: string): string {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined ? nearestExisting(dirname(path)) : realpathSync(path);
}
