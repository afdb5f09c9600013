import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { forget } from '../infra/data-dir';
import { SERVICE_DATA } from '../service/stack';
import type { Part, PartResult, PartRun } from './part';
import { newDataDir } from './stack/bench-service';

const GOAL_SECONDS = 10;
const READY = /is running \(started in ([\d.]+) s\)/;
/** Without the engine's binary this would be a build, which takes minutes and is not what is asked. */
const READY_WITHIN_MS = 60_000;

/** From `npm start` on an empty directory until the service says that it runs. */
export const coldStart: Part = { name: 'cold-start', question: 'How long does npm start take on an empty DATA_DIR?', measure };

async function measure({ quick, tell, onEnd }: PartRun): Promise<PartResult> {
  const seconds: number[] = [];
  for (let start = 0; start < (quick ? 1 : 3); start++) {
    seconds.push(await startOnce(onEnd));
    tell(`cold-start: ${seconds.at(-1) ?? 0} s`);
  }
  const median = seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? Number.NaN;
  return {
    figures: { seconds, medianSeconds: median },
    tables: [{ title: 'Cold start: npm start on an empty DATA_DIR, the engine’s binaries being there', head: ['start', 'seconds'], rows: seconds.map((one, index) => [index + 1, one]) }],
    goals: [{ goal: `cold start ≤ ${GOAL_SECONDS} s`, measured: `${median} s (median of ${seconds.length})`, met: median <= GOAL_SECONDS }],
  };
}

/** @returns seconds from the command until the line that says so */
async function startOnce(onEnd: PartRun['onEnd']): Promise<number> {
  const dataDir = newDataDir();
  const startedAt = performance.now();
  // A group of its own, so that npm and what it started can be told to stop together, as Ctrl-C does.
  const npm = spawn('npm', ['start'], {
    cwd: join(__dirname, '..'),
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', UI_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(npm, 'exit');
  const stop = async () => {
    if (npm.exitCode === null && npm.signalCode === null && npm.pid !== undefined) process.kill(-npm.pid, 'SIGINT');
    await ended;
    await forget(dataDir, SERVICE_DATA);
  };
  let isStopped: Promise<void> | undefined;
  onEnd(() => (isStopped ??= stop()));
  let output = '';
  const ready = new Promise<number>((resolve) => {
    const take = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (READY.test(output)) resolve(performance.now() - startedAt);
    };
    npm.stdout.on('data', take);
    npm.stderr.on('data', take);
  });
  const timeout = AbortSignal.timeout(READY_WITHIN_MS);
  const tookMs = await Promise.race([ready, ended.then(() => undefined), once(timeout, 'abort').then(() => undefined)]);
  isStopped ??= stop();
  await isStopped;
  if (tookMs === undefined) throw new Error(`npm start was not ready within ${READY_WITHIN_MS / 1000} s: ${output.slice(-500)}`);
  return Math.round(tookMs / 10) / 100;
}
