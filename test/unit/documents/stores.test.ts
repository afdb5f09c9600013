import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf, StoredOtherwise } from '../../../documents/document-store';
import { LocalStore } from '../../../documents/local-store';
import { syncDirectory } from '../../../infra/sync-directory';

jest.mock('../../../infra/sync-directory', () => {
  const { syncDirectory: real } = jest.requireActual<{ syncDirectory: typeof syncDirectory }>('../../../infra/sync-directory');
  return { syncDirectory: jest.fn(real) };
});
const synced = () => jest.mocked(syncDirectory).mock.calls.map(([path]) => path);

const directory = mkdtempSync(join(tmpdir(), 'bihuan-store-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test('a subdirectory that is made is written to the disk where it stands, and so is the store; later documents in it need no more than itself', async () => {
  const root = join(directory, 'made', 'deep');
  const store = new LocalStore(root);
  const bytes = randomBytes(10);
  const address = addressOf(bytes);
  await store.put(address, bytes);
  expect(synced()).toEqual([root, join(directory, 'made'), directory, join(root, address.slice(0, 2))]);
  jest.mocked(syncDirectory).mockClear();
  await store.put(address, bytes);
  expect(synced()).toEqual([join(root, address.slice(0, 2))]);
  jest.mocked(syncDirectory).mockClear();
  await new LocalStore(root).put(address, bytes); // another process may have died between the two
  expect(synced()).toEqual([root, join(root, address.slice(0, 2))]);
});

describe('the local store', () => {
  const store = new LocalStore(join(directory, 'documents'));
  const bytes = randomBytes(1_000);
  const address = addressOf(bytes);
  const path = join(directory, 'documents', address.slice(0, 2), address);

  test('gives back what was put, knows what it has, and is readable for nobody else', async () => {
    expect(await store.get(address)).toBeUndefined();
    expect(await all(store.list())).toEqual([]);
    await Promise.all([store.put(address, bytes), store.put(address, bytes)]);
    expect(await store.get(address)).toEqual(bytes);
    expect((await all(store.list())).map((entry) => entry.address)).toEqual([address]);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readdirSync(join(directory, 'documents', address.slice(0, 2)))).toEqual([address]);
  });

  test('what was changed on disk is not given out', async () => {
    writeFileSync(path, 'something else');
    await expect(store.get(address)).rejects.toThrow(StoredOtherwise);
  });

  test('what a crash left half written is listed like anything that belongs to nothing, never given out, and can be removed', async () => {
    const aside = `${address}.${randomUUID()}`;
    writeFileSync(join(directory, 'documents', address.slice(0, 2), aside), 'half');
    expect((await all(store.list())).map((entry) => entry.address).sort()).toEqual([address, aside]);
    await expect(store.get(aside)).rejects.toThrow(RangeError);
    await store.remove(aside);
    expect((await all(store.list())).map((entry) => entry.address)).toEqual([address]);
  });

  test('what is removed is gone, twice as well', async () => {
    await store.remove(address);
    await store.remove(address);
    expect(await store.get(address)).toBeUndefined();
  });

  test.each(['../../etc/passwd', '', 'A'.repeat(64), `${'a'.repeat(63)}/`])('%j is no address', async (wrong) => {
    await expect(store.get(wrong)).rejects.toThrow(RangeError);
    await expect(store.put(wrong, bytes)).rejects.toThrow(RangeError);
    await expect(store.remove(wrong)).rejects.toThrow(RangeError);
  });
});
