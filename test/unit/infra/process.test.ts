import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isRunning } from '../../../infra/process-identity';
import { openProcessRecords, stopLeftOvers } from '../../../infra/process-records';
import { startProcess, type ProcessPlan, type Surroundings } from '../../../infra/process';
import { until } from '../../../infra/until';
import { startWatchdog, type Watchdog } from '../../../infra/watchdog';

let directory: string;
let watchdog: Watchdog;
let sentences: string[];
let around: Surroundings;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bihuan-process-'));
  watchdog = startWatchdog();
  sentences = [];
  around = { watchdog, records: openProcessRecords(join(directory, 'run')), onUnexpectedExit: (sentence) => void sentences.push(sentence) };
});
afterEach(async () => {
  await watchdog.dismiss();
  rmSync(directory, { recursive: true });
});

function shell(script: string): ProcessPlan {
  const logFile = join(directory, 'it.log');
  return { name: 'it', title: 'The child', command: '/bin/sh', args: ['-c', script], env: { PATH: process.env.PATH ?? '' }, cwd: '/', logFile, stopSignal: 'SIGTERM', graceMs: 300 };
}
const atOnce = { isReady: () => Promise.resolve(true), withinMs: 1_000 };
const never = { isReady: () => Promise.resolve(false), withinMs: 300 };
const hasWritten = (text: string) => ({ isReady: () => Promise.resolve(readFileSync(join(directory, 'it.log'), 'utf8').includes(text)), withinMs: 2_000 });

test('an exit that nobody asked for is told in one sentence with its cause, last words and log', async () => {
  const child = await startProcess(shell('echo up; echo "error: lost my way" >&2; exec sleep 60'), around, hasWritten('lost'));
  process.kill(child.pid, 'SIGKILL');
  const [sentence] = await until(() => (sentences.length > 0 ? sentences : undefined), { withinMs: 2_000 });
  expect(sentence).toBe(`The child stopped unexpectedly (killed by SIGKILL); the last it said was "error: lost my way"; its log is ${directory}/it.log.`);
});

test('a child that ends while it starts, or is never ready, fails with a sentence and leaves nothing running', async () => {
  await expect(startProcess(shell('echo no >&2; exit 3'), around, never)).rejects.toThrow('The child stopped while it was starting (exit code 3); the last it said was "no"');
  await expect(startProcess(shell('exec sleep 60'), around, never)).rejects.toThrow('The child was not ready within 0.3 seconds');
  await expect(startProcess({ ...shell(''), command: '/no/such/program' }, around, never)).rejects.toThrow(/^The child could not be started: spawn .*ENOENT/);
  expect(sentences).toEqual([]);
});

test('a child that does not stop in its grace period is killed, and stopping is not an unexpected exit', async () => {
  const child = await startProcess(shell('trap "" TERM; echo trapped; while :; do sleep 0.1; done'), around, hasWritten('trapped'));
  const identity = identify(child.pid)!;
  await child.stop();
  await child.stop();
  expect(isRunning(identity)).toBe(false);
  expect(sentences).toEqual([]);
});

test('a child that a dead stack left running is found by its record and stopped', async () => {
  const child = await startProcess(shell('exec sleep 60'), around, atOnce);
  expect(await stopLeftOvers(join(directory, 'run'))).toEqual(['The child']);
  expect(identify(child.pid)).toBeUndefined();
  expect(await stopLeftOvers(join(directory, 'run'))).toEqual([]);
  await until(() => sentences[0], { withinMs: 10_000 }); // whoever started it reads its log when it hears of the end
});

test('a record whose process id belongs to another process by now stops nobody', async () => {
  const child = await startProcess(shell('exec sleep 60'), around, atOnce);
  const records = join(directory, 'run', 'it.json');
  const record = JSON.parse(readFileSync(records, 'utf8')) as object;
  const { writeFileSync } = await import('node:fs');
  writeFileSync(records, JSON.stringify({ ...record, startedAt: 'another time' }));
  expect(await stopLeftOvers(join(directory, 'run'))).toEqual([]);
  expect(identify(child.pid)).toBeDefined();
  await child.stop();
});
