import type { ClientRequest } from 'node:http';
import { get } from 'node:https';
import { join } from 'node:path';
import { startProcess, type RunningProcess, type Surroundings } from './process';

/** One of the service's own processes: a program of this project, run beside what it stands on. */
export interface ServiceProgram {
  /** Short, for files: `api`. */
  name: string;
  /** For sentences: `The API`. */
  title: string;
  /** Absolute path of the program's TypeScript file. */
  entry: string;
  /** Its whole configuration; nothing of our environment but PATH and HOME comes on top. */
  env: Record<string, string>;
  /** Answers 200 once the program serves. */
  readyUrl: string;
}

const READY_WITHIN_MS = 60_000;
const GRACE_MS = 15_000;

/**
 * Starts a program of the service and resolves when it serves.
 * @throws ProcessFailed with one sentence when it ends first or takes too long
 */
export async function startServiceProcess(program: ServiceProgram, logFile: string, around: Surroundings): Promise<RunningProcess> {
  const { PATH = '', HOME = '' } = process.env;
  return startProcess(
    {
      name: program.name,
      title: program.title,
      command: process.execPath,
      args: ['--import', require.resolve('tsx'), program.entry],
      env: { PATH, HOME, ...program.env },
      cwd: join(__dirname, '..'),
      logFile,
      stopSignal: 'SIGTERM',
      graceMs: GRACE_MS,
    },
    around,
    { isReady: () => answersOk(program.readyUrl), withinMs: READY_WITHIN_MS },
  );
}

const ANSWER_WITHIN_MS = 2_000;

async function answersOk(url: string): Promise<boolean> {
  try {
    return url.startsWith('https:') ? await answersOkByTls(url) : (await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })).ok;
  } catch {
    return false; // not listening yet; why it never does is in its log
  }
}

// The certificate names the service as people know it, not as this machine does; nothing is told that must reach nobody else.
function answersOkByTls(url: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false, timeout: ANSWER_WITHIN_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on('timeout', function (this: ClientRequest) {
        this.destroy(new Error('no answer in time'));
      })
      .on('error', reject);
  });
}
