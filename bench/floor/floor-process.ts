import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The floor's worker while it runs. */
export interface FloorProcess {
  pid: number;
  stop(): Promise<void>;
}

/** Starts the floor's worker as a process of its own. @throws Error when it ends before it is ready */
export async function startFloorWorker(env: { DATABASE_URL: string; TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string }): Promise<FloorProcess> {
  const { PATH = '', HOME = '' } = process.env;
  const child = fork(require.resolve('./floor-worker'), {
    execArgv: ['--import', require.resolve('tsx')],
    env: { PATH, HOME, ...env },
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'], // the standard output is for the tables
  });
  const ended = once(child, 'exit');
  const ready = once(child, 'message').then(() => true);
  const isReady = await Promise.race([ready, ended.then(() => false)]);
  if (!isReady || child.pid === undefined) throw new Error(`the floor's worker ended before it was ready (exit code ${child.exitCode ?? 'none'})`);
  return { pid: child.pid, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.connected) child.disconnect();
  await ended;
}
