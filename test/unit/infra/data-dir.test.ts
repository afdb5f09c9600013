import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forget, openDataDir } from '../../../infra/data-dir';

let parent: string;
beforeEach(() => (parent = mkdtempSync(join(tmpdir(), 'bihuan-data-'))));
afterEach(() => rmSync(parent, { recursive: true }));

test('a second stack on the same directory is refused by the process id of the first', () => {
  const first = openDataDir(join(parent, 'data'));
  expect(() => openDataDir(join(parent, 'data'))).toThrow(`Another stack (process ${process.pid}) is already running on DATA_DIR`);
  first.release();
  openDataDir(join(parent, 'data')).release();
});

test('a directory that cannot be created gives one sentence', () => {
  writeFileSync(join(parent, 'file'), '');
  expect(() => openDataDir(join(parent, 'file', 'data'))).toThrow(/^DATA_DIR \S+ cannot be written \(a file is in the way\); set DATA_DIR to a directory that this user may write to\.$/);
});

test('a directory where somebody else keeps files under our names is refused', () => {
  mkdirSync(join(parent, 'logs'));
  expect(() => openDataDir(parent)).toThrow('already holds "logs" that Bihuan did not create');
});

test('forget deletes what the stack keeps and nothing else', async () => {
  const path = join(parent, 'data');
  const dataDir = openDataDir(path);
  writeFileSync(dataDir.file('postgres-password'), 'x');
  writeFileSync(dataDir.file('notes.txt'), 'of somebody');
  writeFileSync(dataDir.file('keys'), 'of the service');
  await expect(forget(path)).rejects.toThrow('stop it before its data is deleted');
  dataDir.release();
  expect(await forget(path, ['keys'])).toBe(true);
  expect(readdirSync(path)).toEqual(['notes.txt']);
});

test('forget removes an emptied directory, does nothing twice, and refuses a directory of others', async () => {
  const path = join(parent, 'data');
  openDataDir(path).release();
  expect(await forget(path)).toBe(true);
  expect(existsSync(path)).toBe(false);
  expect(await forget(path)).toBe(false);
  mkdirSync(path);
  writeFileSync(join(path, 'thesis.doc'), '');
  await expect(forget(path)).rejects.toThrow('was not created by Bihuan');
});
