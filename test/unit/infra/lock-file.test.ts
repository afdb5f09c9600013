import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from '../../../infra/lock-file';
import { identify } from '../../../infra/process-identity';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bihuan-lock-'));
  path = join(directory, 'it.lock');
});
afterEach(() => rmSync(directory, { recursive: true }));

test('the second who wants the lock is told who holds it, and gets it after the release', () => {
  const first = takeLock(path);
  expect(takeLock(path).holder?.pid).toBe(process.pid);
  first.lock?.release();
  expect(takeLock(path).lock).toBeDefined();
});

test('the lock of a process that has died is taken over', () => {
  const { pid } = spawnSync('true');
  writeFileSync(path, JSON.stringify({ pid, startedAt: 'long ago' }));
  expect(takeLock(path).lock).toBeDefined();
});

test('a process id that now belongs to another process does not hold the lock', () => {
  writeFileSync(path, JSON.stringify({ pid: process.ppid, startedAt: 'before that process was started' }));
  expect(takeLock(path).lock).toBeDefined();
});

test('the lock of another running process is respected', () => {
  writeFileSync(path, JSON.stringify(identify(process.ppid)));
  expect(takeLock(path).holder?.pid).toBe(process.ppid);
});

test('a damaged lock file does not block anybody', () => {
  writeFileSync(path, '{"pid":');
  expect(takeLock(path).lock).toBeDefined();
});

test('releasing twice does not take the lock away from its next holder, and leaves nothing behind', () => {
  const first = takeLock(path);
  first.lock?.release();
  const second = takeLock(path);
  first.lock?.release();
  expect(existsSync(path)).toBe(true);
  second.lock?.release();
  expect(readdirSync(directory)).toEqual([]);
});
