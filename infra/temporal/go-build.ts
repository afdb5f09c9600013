import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../lock-file';
import { until } from '../until';
import { GO_MODULE, unusablePrograms, type Program } from './binary-cache';

/** `go build` failed; `message` is its last line. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed';
}

/** How a build is followed and given up. */
export interface BuildTalk {
  onProgress: (line: string) => void;
  signal: AbortSignal;
}

const REPORT_EVERY_MS = 10_000;
const UNFINISHED = '.unfinished-';

/**
 * Builds what is missing in `directory`, telling how long it takes.
 *
 * One process builds at a time and the others wait for it: two builds on the same cores would take twice
 * as long. A program appears under its name only when it is complete.
 * @throws BuildFailed
 */
export async function buildPrograms(go: string, directory: string, talk: BuildTalk): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const lock = await waitForLock(`${directory}.lock`, talk);
  try {
    for (const name of readdirSync(directory)) {
      if (name.includes(UNFINISHED)) rmSync(join(directory, name), { force: true });
    }
    const missing = await unusablePrograms(directory); // looked up again: whoever held the lock may have built them
    if (missing.length > 0) talk.onProgress('The Temporal server is built from source, once on this machine; that takes 2 to 6 minutes on two cores');
    for (const [index, program] of missing.entries()) {
      await buildOne(go, directory, program, `${index + 1} of ${missing.length}`, talk);
    }
  } finally {
    lock.release();
  }
}

async function waitForLock(path: string, { onProgress, signal }: BuildTalk): Promise<{ release(): void }> {
  let told = 0;
  return until(
    () => {
      signal.throwIfAborted();
      const { lock, holder } = takeLock(path);
      if (lock === undefined && holder.pid !== told) {
        onProgress(`Waiting for process ${holder.pid}, which is building the Temporal server`);
        told = holder.pid;
      }
      return lock;
    },
    { withinMs: 3_600_000, everyMs: 500 },
  );
}

async function buildOne(go: string, directory: string, program: Program, position: string, { onProgress, signal }: BuildTalk): Promise<void> {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const what = `Building ${program.title} (${position})`;
  onProgress(`${what}: started`);
  const ticking = setInterval(() => onProgress(`${what}: ${seconds()} s`), REPORT_EVERY_MS);
  const finished = join(directory, program.name);
  const unfinished = `${finished}${UNFINISHED}${process.pid}`;
  try {
    await goBuild(go, program.package, unfinished, signal);
    renameSync(unfinished, finished);
    onProgress(`${what}: done after ${seconds()} s`);
  } finally {
    clearInterval(ticking);
    if (existsSync(unfinished)) rmSync(unfinished);
  }
}

// Not in a process group of its own: Ctrl-C is meant for the build as well.
function goBuild(go: string, packagePath: string, output: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      GOWORK: 'off', // a go.work above the project must not change what is pinned
      GOFLAGS: '-mod=readonly',
      CGO_ENABLED: '0', // no C compiler needed, and the binary runs on any libc
    };
    const build = spawn(go, ['build', '-buildvcs=false', '-o', output, packagePath], { cwd: GO_MODULE, env, signal, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    build.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4096)));
    const lastLine = () => said.trim().split('\n').at(-1) ?? '';
    build.once('error', (error) => reject(new BuildFailed(error.message)));
    build.once('close', (code, signal) => (code === 0 ? resolve() : reject(new BuildFailed(lastLine() || `ended by ${signal ?? `exit code ${code ?? 'unknown'}`}`))));
  });
}
