import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where our Go module lies: it pins the versions and holds no code. */
export const GO_MODULE = __dirname;

/** The three programs of the engine; their packages are the `tool` directives of go.mod. */
export const PROGRAMS = [
  { name: 'temporal-sql-tool', title: 'the Temporal schema tool', package: 'go.temporal.io/server/cmd/tools/sql' },
  { name: 'temporal-server', title: 'the Temporal server', package: 'go.temporal.io/server/cmd/server' },
  { name: 'temporal-ui', title: 'the Temporal UI', package: 'github.com/temporalio/ui-server/v2/cmd/server' },
] as const;

export type Program = (typeof PROGRAMS)[number];

/** Absolute paths of the engine's programs. */
export interface EngineBinaries {
  server: string;
  sqlTool: string;
  ui: string;
  /** Changes with every version of the engine. */
  key: string;
}

/** What decides whether a binary built earlier still serves: the pinned versions and the platform. */
export function cacheKey(goMod: string, goSum: string, platform: string): string {
  const digest = createHash('sha256').update(JSON.stringify([goMod, goSum, platform])).digest('hex');
  return `${platform}-${digest.slice(0, 16)}`;
}

/** The key of this release on this machine. */
export function ownCacheKey(): string {
  const read = (name: string) => readFileSync(join(GO_MODULE, name), 'utf8');
  return cacheKey(read('go.mod'), read('go.sum'), `${process.platform}-${process.arch}`);
}

/** Directory of this release's binaries below the cache directory. */
export function binaryDirectory(cacheDir: string, key: string): string {
  return join(cacheDir, `temporal-${key}`);
}

export function engineBinaries(directory: string, key: string): EngineBinaries {
  return { key, server: join(directory, 'temporal-server'), sqlTool: join(directory, 'temporal-sql-tool'), ui: join(directory, 'temporal-ui') };
}

/** The programs that are missing, or that are there but do not run. */
export async function unusablePrograms(directory: string): Promise<Program[]> {
  const usable = await Promise.all(PROGRAMS.map((program) => runs(join(directory, program.name))));
  return PROGRAMS.filter((_, index) => usable[index] !== true);
}

async function runs(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 });
    return /version \d+\.\d+/.test(stdout);
  } catch {
    return false; // cut short, of another platform, not executable: built anew in every case
  }
}
