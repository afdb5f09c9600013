import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readIfThere, type DataDir } from '../data-dir';
import { reasonOf, StartupError } from '../errors';
import { identify, isRunning, sendSignal } from '../process-identity';
import { lastWords } from '../process-log';
import { until } from '../until';
import type { PostgresBinaries } from './binaries';
import type { SystemUser } from './system-user';

const run = promisify(execFile);

export const SUPERUSER = 'bihuan';

export interface Cluster {
  directory: string;
  password: string;
}

/**
 * The PostgreSQL cluster in `place`, created on the first start.
 * @throws StartupError when initdb fails, or when a cluster is there and its password is not
 */
export async function provideCluster(dataDir: DataDir, place: string, binaries: PostgresBinaries, user: SystemUser | undefined): Promise<Cluster> {
  const directory = join(place, 'data');
  const passwordFile = dataDir.file('postgres-password');
  const known = readIfThere(passwordFile)?.trim();
  if (existsSync(directory)) {
    if (known === undefined) throw new StartupError(`The password of the embedded PostgreSQL is missing (${passwordFile}); bring the file back, or delete all data with "npm run reset".`);
    assertSameVersion(directory);
    await clearStalePidFile(directory);
    return { directory, password: known };
  }
  const password = known ?? randomBytes(24).toString('base64url');
  if (known === undefined) writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  await initialise(place, directory, password, binaries, user);
  return { directory, password };
}

// Made aside and renamed: an interrupted initdb must not look like a cluster at the next start.
async function initialise(place: string, directory: string, password: string, binaries: PostgresBinaries, user: SystemUser | undefined): Promise<void> {
  const unfinished = `${directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  // initdb runs as PostgreSQL's user, who cannot read our own password file.
  const passwordFile = join(place, 'initial-password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  try {
    const args = ['--pgdata', unfinished, '--username', SUPERUSER, '--auth', 'scram-sha-256', '--pwfile', passwordFile];
    // The same order of text on every machine, whatever its locale and libc.
    const locale = ['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'];
    await run(binaries.initdb, [...args, ...locale, '--no-instructions'], { cwd: place, uid: user?.uid, gid: user?.gid, env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } });
    renameSync(unfinished, directory);
  } catch (error) {
    throw new StartupError(`The embedded PostgreSQL could not create its database files in ${place}: ${lastWords(reasonOf(error)) ?? 'initdb failed'}.`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function assertSameVersion(directory: string): void {
  const version = readFileSync(join(directory, 'PG_VERSION'), 'utf8').trim();
  if (version !== '18') throw new StartupError(`The data in ${directory} was written by PostgreSQL ${version}, but this release brings PostgreSQL 18; export it with the earlier release and import it here.`);
}

// PostgreSQL refuses to start while the process id in its pid file is in use, even by a stranger, which is
// common in containers where ids are few. A postmaster of ours that outlived a crash is stopped instead.
async function clearStalePidFile(directory: string): Promise<void> {
  const pidFile = join(directory, 'postmaster.pid');
  const pid = Number(readIfThere(pidFile)?.split('\n')[0]);
  const postmaster = Number.isInteger(pid) && pid > 1 ? identify(pid) : undefined;
  if (postmaster === undefined) return; // nobody runs under that id: PostgreSQL clears the file itself
  if (worksIn(pid) !== directory) {
    if (process.platform === 'linux') rmSync(pidFile, { force: true });
    return;
  }
  sendSignal(postmaster, 'SIGINT');
  await until(() => (isRunning(postmaster) ? undefined : true), { withinMs: 30_000 });
}

// PostgreSQL works in its data directory, so its working directory tells whose it is.
function worksIn(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // ended meanwhile, or no /proc on this system
  }
}
