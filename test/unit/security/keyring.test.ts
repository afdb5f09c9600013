import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addMasterKey, makeDevelopmentKeyring } from '../../../security/development-keyring';
import { MasterKeyMissing } from '../../../security/key-provider';
import { Keyring, KeyringMistake, parseKeyring } from '../../../security/keyring';

const directory = mkdtempSync(join(tmpdir(), 'bihuan-keyring-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const dataKey = Buffer.alloc(32, 7);
const key = (byte: number) => Buffer.from(Array.from({ length: 32 }, (_none, index) => (byte + index) % 256)).toString('base64');
const contentOf = (file: string) => parseKeyring(readFileSync(file, 'utf8'));

test.each<[string, unknown, RegExp]>([
  ['no JSON', 'secret-of-somebody', /is not JSON/],
  ['a list', [], /no "keys"/],
  ['no keys', { current: 'a' }, /no "keys"/],
  ['a key that is too short', { current: 'a', keys: { a: key(1).slice(4) } }, /something else than 32 bytes/],
  ['hexadecimal', { current: 'a', keys: { a: 'ab'.repeat(32) } }, /something else than 32 bytes/],
  ['a current one that is not there', { current: 'b', keys: { a: key(1) } }, /"current"/],
  ['no current one', { keys: { a: key(1) } }, /"current"/],
  ['an id with a blank', { current: 'a b', keys: { 'a b': key(1) } }, /an id/],
  ['one key twice', { current: 'a', keys: { a: key(1), b: key(1) } }, /two ids/],
  ['a key of zeros', { current: 'a', keys: { a: Buffer.alloc(32).toString('base64') } }, /one byte repeated/],
])('%s is refused, and nothing of it is repeated', (_, json, mistake) => {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  const error = (() => {
    try {
      return parseKeyring(text);
    } catch (thrown) {
      return thrown as Error;
    }
  })();
  expect(error).toBeInstanceOf(KeyringMistake);
  expect((error as Error).message).toMatch(mistake);
  for (const secret of ['secret-of', key(1), key(1).slice(4), 'abab']) expect((error as Error).message).not.toContain(secret);
});

test('a stack of development makes its own keys once, for its user alone, and they say what they are', () => {
  const file = makeDevelopmentKeyring(directory);
  const first = readFileSync(file, 'utf8');
  expect(makeDevelopmentKeyring(directory)).toBe(file);
  expect(readFileSync(file, 'utf8')).toBe(first);
  expect([statSync(file).mode & 0o777, statSync(join(directory, 'keys')).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(contentOf(file).isDevelopment).toBe(true);
});

test('a key that is added is the current one; the others stay, and an id is not given twice', () => {
  const file = join(directory, 'own', 'keyring.json');
  addMasterKey(file, '2026');
  addMasterKey(file, '2027');
  const { current, keys, isDevelopment } = contentOf(file);
  expect([current, [...keys.keys()], isDevelopment]).toEqual(['2027', ['2026', '2027'], false]);
  expect(() => addMasterKey(file, '2027')).toThrow(KeyringMistake);
  expect(() => addMasterKey(file, '../2028')).toThrow(KeyringMistake);
  writeFileSync(file, '{');
  expect(() => addMasterKey(file, '2028')).toThrow(KeyringMistake); // what cannot be read is not written over
  expect(readFileSync(file, 'utf8')).toBe('{');
});

test('keys that were wrapped before a rotation unwrap after it; without the old key the id is named', async () => {
  const file = join(directory, 'rotated.json');
  addMasterKey(file, 'old');
  const before = new Keyring(contentOf(file), 'intl', file);
  const wrapped = await before.wrap(dataKey, 'case:1');
  addMasterKey(file, 'new');
  const after = new Keyring(contentOf(file), 'intl', file);
  expect([await after.currentId(), await after.unwrap(wrapped, 'case:1')]).toEqual(['new', dataKey]);
  const without = new Keyring({ ...contentOf(file), keys: new Map([...contentOf(file).keys].filter(([id]) => id !== 'old')) }, 'intl');
  await expect(without.unwrap(wrapped, 'case:1')).rejects.toThrow(new MasterKeyMissing('old'));
});

test('a process that meets a key under an id it does not know reads its file again; a file that is broken by then changes nothing', async () => {
  const file = join(directory, 'live.json');
  addMasterKey(file, 'old');
  const running = new Keyring(contentOf(file), 'intl', file);
  addMasterKey(file, 'new');
  const wrapped = await new Keyring(contentOf(file), 'intl').wrap(dataKey, 'case:1');
  expect([await running.currentId(), await running.unwrap(wrapped, 'case:1'), await running.currentId()]).toEqual(['old', dataKey, 'new']);
  writeFileSync(file, '{');
  await expect(running.unwrap({ masterKeyId: 'newest', wrapped: wrapped.wrapped }, 'case:1')).rejects.toThrow(MasterKeyMissing);
  expect(await running.unwrap(wrapped, 'case:1')).toEqual(dataKey);
});

test('of a file that cannot be used any more somebody is told once, and again when it breaks after it was mended; nothing of a key', async () => {
  const file = join(directory, 'broken.json');
  addMasterKey(file, 'old');
  const good = readFileSync(file, 'utf8');
  const told: string[] = [];
  const running = new Keyring(contentOf(file), 'intl', file, (sentence) => told.push(sentence));
  writeFileSync(file, good.slice(0, -20));
  for (const id of ['new', 'newer']) expect(await running.knows(id)).toBe(false);
  expect(told).toEqual([expect.stringMatching(/^MASTER_KEYS is not JSON.*wraps under "old"/)]);
  writeFileSync(file, good);
  expect(await running.knows('new')).toBe(false);
  expect(told).toHaveLength(1);
  rmSync(file);
  await running.knows('new');
  makeDevelopmentKeyring(join(directory, 'of-development'));
  writeFileSync(file, readFileSync(join(directory, 'of-development', 'keys', 'master-keys.json')));
  expect(await running.knows('development-1')).toBe(false);
  expect(told).toEqual([told[0], expect.stringContaining('cannot be read (ENOENT')]);
  for (const secret of Object.values((JSON.parse(good) as { keys: Record<string, string> }).keys)) expect(told.join()).not.toContain(secret);
});

test('what was wrapped by the algorithms of one profile unwraps after the profile was changed', async () => {
  const content = { current: 'a', keys: new Map([['a', Buffer.from(key(1), 'base64')]]), isDevelopment: false };
  const wrapped = await new Keyring(content, 'intl').wrap(dataKey, 'case:1');
  expect(await new Keyring(content, 'gm').unwrap(wrapped, 'case:1')).toEqual(dataKey);
});
