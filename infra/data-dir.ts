import { accessSync, constants, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { StartupError, systemCode } from './errors';
import { holderOf, takeLock } from './lock-file';
import type { ProcessIdentity } from './process-identity';
import { stopLeftOvers } from './process-records';

/** Names the directory as ours: nothing else is ever deleted by `forget`. */
const MARK = 'bihuan-data.txt';
const MARK_TEXT = 'Everything the embedded stack of Bihuan keeps. "npm run reset" deletes it.\n';
const LOCK = 'stack.lock';
const OURS = ['postgres', 'postgres-password', 'temporal', 'logs', 'run'];

/** PostgreSQL's place when its user cannot reach DATA_DIR (infra/postgres/place.ts); DATA_DIR then holds a link to it. */
export const OUTSIDE_POSTGRES = { parent: '/var/lib/bihuan', prefix: 'postgres-' };

export interface DataDir {
  path: string;
  file(...names: string[]): string;
  logFile(name: string): string;
  runDir: string;
  release(): void;
}

/**
 * Creates the data directory where needed and takes it for this process alone.
 * @throws StartupError when it cannot be written, another stack uses it, or it holds somebody else's files under our names
 */
export function openDataDir(wanted: string): DataDir {
  try {
    makeDirectories(wanted);
    accessSync(wanted, constants.W_OK | constants.X_OK);
    const path = realpathSync(wanted);
    refuseToMixWithOthers(path);
    const lock = lockOrRefuse(path, (holder) => `Another stack (process ${holder.pid}) is already running on DATA_DIR ${path}; stop it or set DATA_DIR to another directory.`);
    const file = (...names: string[]) => join(path, ...names);
    writeFileSync(file(MARK), MARK_TEXT); // first: what follows would otherwise look like somebody else's
    for (const name of ['logs', 'run', 'temporal']) mkdirSync(file(name), { recursive: true });
    return { path, file, logFile: (name) => file('logs', `${name}.log`), runDir: file('run'), release: () => lock.release() };
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`DATA_DIR ${wanted} cannot be written (${whyNot(error)}); set DATA_DIR to a directory that this user may write to.`);
  }
}

// Level by level: Node's own recursive mkdir never returns where the system answers "no such file" for a new directory, as /proc does.
function makeDirectories(path: string): void {
  if (existsSync(path)) return;
  makeDirectories(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error; // somebody else was faster
  }
}

// What carries one of our names is deleted by `forget`, so it must not be somebody else's.
function refuseToMixWithOthers(path: string): void {
  if (existsSync(join(path, MARK))) return;
  const others = OURS.filter((name) => existsSync(join(path, name)));
  if (others.length > 0) throw new StartupError(`DATA_DIR ${path} already holds "${others.join('", "')}" that Bihuan did not create; set DATA_DIR to a directory of its own.`);
}

/**
 * Deletes what stacks have kept in a data directory, after stopping what a crash left running on it.
 *
 * @param alsoOurs names of further entries the service itself keeps there
 * @returns false when there was nothing to delete
 * @throws StartupError while a stack is running on it, or when the directory is not a data directory of ours
 */
export async function forget(path: string, alsoOurs: readonly string[] = []): Promise<boolean> {
  if (!existsSync(path) || readdirSync(path).length === 0) return false;
  if (!existsSync(join(path, MARK))) throw new StartupError(`${path} was not created by Bihuan, so nothing in it is deleted.`);
  const lock = lockOrRefuse(path, (holder) => `A stack (process ${holder.pid}) is running on DATA_DIR ${path}; stop it before its data is deleted.`);
  await stopLeftOvers(join(path, 'run'));
  removeOutsidePostgres(join(path, 'postgres'));
  // The mark goes last: a deletion that was interrupted can be repeated.
  for (const name of [...OURS, ...alsoOurs, MARK]) rmSync(join(path, name), { recursive: true, force: true });
  lock.release();
  if (readdirSync(path).length === 0) rmdirSync(path);
  return true;
}

function removeOutsidePostgres(link: string): void {
  if (!(lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ?? false) || !existsSync(link)) return;
  const target = realpathSync(link);
  if (dirname(target) === OUTSIDE_POSTGRES.parent && basename(target).startsWith(OUTSIDE_POSTGRES.prefix)) {
    rmSync(target, { recursive: true, force: true });
  }
}

function lockOrRefuse(path: string, refusal: (holder: ProcessIdentity) => string): { release(): void } {
  const { lock, holder } = takeLock(join(path, LOCK));
  if (lock === undefined) throw new StartupError(refusal(holder));
  return lock;
}

function whyNot(error: unknown): string {
  const code = systemCode(error) ?? String(error);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file is in the way';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return code;
  }
}

/** Whether a stack runs on this data directory at this moment. */
export function isInUse(path: string): boolean {
  return holderOf(join(path, LOCK)) !== undefined;
}

/** The content of a small file of the data directory; undefined when there is none. */
export function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
