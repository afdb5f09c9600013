import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../infra/config';
import { SIGN_IN_KEY_FILE, signInKey } from '../../../service/sign-in-key';

const dataDir = mkdtempSync(join(tmpdir(), 'bihuan-key-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const file = join(dataDir, SIGN_IN_KEY_FILE);
const key = (env: Record<string, string> = {}) => signInKey(readConfig({ DATA_DIR: dataDir, ...env }));

test('production is given its key: one that lies beside the database protects nothing', () => {
  expect(() => key({ NODE_ENV: 'production' })).toThrow('SIGN_IN_KEY must be set in production');
});
test('a developer gets one that is made once, for nobody else to read', () => {
  const made = key();
  expect(made).toMatch(/^[0-9a-f]{64}$/);
  expect(key()).toBe(made);
  expect(readFileSync(file, 'utf8').trim()).toBe(made);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
test('one that is set counts before that', () => {
  expect(key({ SIGN_IN_KEY: 'a1b2'.repeat(16), NODE_ENV: 'production' })).toBe('a1b2'.repeat(16));
});
test('production refuses the one that a developer got, however it is written, and one that is one byte repeated', () => {
  const made = key();
  for (const given of [made, made.toUpperCase()]) expect(() => key({ SIGN_IN_KEY: given, NODE_ENV: 'production' })).toThrow('SIGN_IN_KEY is the key that a stack of development made for itself');
  expect(() => key({ SIGN_IN_KEY_FILE: file, NODE_ENV: 'production' })).toThrow('a stack of development');
  expect(key({ SIGN_IN_KEY: made })).toBe(made);
  for (const weak of ['00', 'aB', 'ff']) expect(() => key({ SIGN_IN_KEY: weak.repeat(32), NODE_ENV: 'production' })).toThrow('SIGN_IN_KEY is one byte repeated');
});
test('a file that was damaged is not written over in silence: what was sealed by the key in it would never open again', () => {
  writeFileSync(file, 'something else');
  expect(() => key()).toThrow('does not hold the key it was made with');
  expect(readFileSync(file, 'utf8')).toBe('something else');
});
