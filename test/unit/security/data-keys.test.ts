import { randomBytes, randomUUID } from 'node:crypto';
import { DataKeys, KeyDestroyed, KeyNotThere, type KeyRows, type StoredKey } from '../../../security/data-keys';
import type { Place } from '../../../security/envelope';
import { KeyServiceAway, MasterKeyMissing, WrappingBroken, type WrappedKey } from '../../../security/key-provider';
import { Keyring } from '../../../security/keyring';

const place: Place = { table: 't', column: 'c', rowId: '1' };

/** Rows in memory, in the place of the table. */
class Rows implements KeyRows {
  readonly stored = new Map<string, StoredKey>();
  asked = 0;
  /** What happens between the question and its answer. */
  meanwhile: () => Promise<void> = () => Promise.resolve();

  async find(ownerId: string): Promise<StoredKey | undefined> {
    this.asked++;
    const row = this.stored.get(ownerId);
    await this.meanwhile();
    return row;
  }

  destroy(ownerId: string): void {
    const row = this.stored.get(ownerId);
    if (row) this.stored.set(ownerId, { ...row, wrapped: null });
  }
}

class CountingKeyring extends Keyring {
  unwrapped = 0;
  isAway = false;

  override unwrap(key: WrappedKey, context: string): Promise<Buffer> {
    this.unwrapped++;
    return this.isAway ? Promise.reject(new KeyServiceAway('away')) : super.unwrap(key, context);
  }
}

const keyringOf = (id = 'one', key = randomBytes(32)) => new CountingKeyring({ current: id, keys: new Map([[id, key]]), isDevelopment: false }, 'intl');

async function given({ keep, provider = keyringOf() }: { keep?: { count: number; ms: number }; provider?: CountingKeyring } = {}) {
  const rows = new Rows();
  const keys = new DataKeys('case', rows, provider, 'intl', keep);
  const add = async () => {
    const id = randomUUID();
    const { seal, stored } = await keys.create(id);
    rows.stored.set(id, stored);
    return { id, sealed: seal.seal(place, id) };
  };
  return { rows, keys, provider, add, first: await add() };
}

test('what a new key sealed opens with nothing but the id; asked for by several at once, it is unwrapped once', async () => {
  const { keys, rows, provider, first } = await given();
  const seals = await Promise.all(Array.from({ length: 10 }, () => keys.sealOf(first.id)));
  expect(seals.map((seal) => seal.open(place, first.sealed))).toEqual(Array(10).fill(first.id));
  expect([rows.asked, provider.unwrapped]).toEqual([1, 1]);
});

test('a row that the caller has read is not asked for again', async () => {
  const { keys, rows, first } = await given();
  await keys.sealOf(first.id, rows.stored.get(first.id));
  expect(rows.asked).toBe(0);
});

test('a key is kept for its time and no longer, and only so many of them', async () => {
  const { keys, provider, add, first } = await given({ keep: { count: 2, ms: 60_000 } });
  for (const { id } of [first, await add(), await add(), first]) await keys.sealOf(id);
  expect(provider.unwrapped).toBe(4); // the first was the longest unused when the third came

  const short = await given({ keep: { count: 2, ms: 0 } });
  await short.keys.sealOf(short.first.id);
  await short.keys.sealOf(short.first.id);
  expect(short.provider.unwrapped).toBe(2);
});

test('a destroyed key opens nothing from the same moment on in the process that destroyed it', async () => {
  const { keys, rows, first } = await given();
  await keys.sealOf(first.id);
  const read = rows.stored.get(first.id);
  rows.destroy(first.id);
  keys.forget(first.id);
  await expect(keys.sealOf(first.id)).rejects.toThrow(KeyDestroyed);
  await expect(keys.sealOf(first.id, read)).rejects.toThrow(KeyDestroyed); // what was read before counts no more
});

test('elsewhere it opens nothing as soon as the row is seen, and at the latest when it was kept for its time', async () => {
  const { keys, rows, provider, first } = await given({ keep: { count: 9, ms: 60_000 } });
  const elsewhere = new DataKeys('case', rows, provider, 'intl', { count: 9, ms: 0 });
  await elsewhere.sealOf(first.id);
  const alsoElsewhere = new DataKeys('case', rows, provider, 'intl');
  await alsoElsewhere.sealOf(first.id);
  rows.destroy(first.id);
  keys.forget(first.id);
  await expect(elsewhere.sealOf(first.id)).rejects.toThrow(KeyDestroyed);
  await expect(alsoElsewhere.sealOf(first.id, rows.stored.get(first.id))).rejects.toThrow(KeyDestroyed);
  await expect(alsoElsewhere.sealOf(first.id)).rejects.toThrow(KeyDestroyed); // and is not kept any more
});

test('a key that is destroyed while it is being asked for is not handed out, nor kept', async () => {
  const { keys, rows, first } = await given();
  rows.meanwhile = () => {
    rows.destroy(first.id);
    keys.forget(first.id);
    return Promise.resolve();
  };
  await expect(keys.sealOf(first.id)).rejects.toThrow(KeyDestroyed);
  rows.meanwhile = () => Promise.resolve();
  await expect(keys.sealOf(first.id)).rejects.toThrow(KeyDestroyed);
});

test('a key that could not be unwrapped is asked for anew the next time', async () => {
  const { keys, provider, first } = await given();
  provider.isAway = true;
  await expect(keys.sealOf(first.id)).rejects.toThrow(KeyServiceAway);
  provider.isAway = false;
  expect((await keys.sealOf(first.id)).open(place, first.sealed)).toBe(first.id);
});

test('wrapped keys that are exchanged between two rows, or said to be of another profile, do not unwrap', async () => {
  const { keys, rows, add, first } = await given();
  const second = await add();
  const [one, other] = [rows.stored.get(first.id)!, rows.stored.get(second.id)!];
  await expect(keys.sealOf(first.id, other)).rejects.toThrow(WrappingBroken);
  await expect(keys.sealOf(first.id, { ...one, profile: 'gm' })).rejects.toThrow(WrappingBroken);
  const imports = new DataKeys('fileImport', rows, keyringOf(), 'intl');
  await expect(imports.sealOf(first.id, one)).rejects.toThrow(WrappingBroken);
});

test('without its master key nothing opens, and the error names the id; another key under the same id is no help', async () => {
  const { rows, first } = await given({ provider: keyringOf('one') });
  await expect(new DataKeys('case', rows, keyringOf('two'), 'intl').sealOf(first.id)).rejects.toThrow(new MasterKeyMissing('one'));
  await expect(new DataKeys('case', rows, keyringOf('one'), 'intl').sealOf(first.id)).rejects.toThrow(WrappingBroken);
});

test('who never had a key is no destroyed one', async () => {
  const { keys } = await given();
  await expect(keys.sealOf(randomUUID())).rejects.toThrow(KeyNotThere);
});

test('a key that was wrapped anew opens what was sealed before', async () => {
  const { keys, rows, provider, first } = await given();
  const wrapped = await keys.rewrap(first.id, rows.stored.get(first.id) as StoredKey & { wrapped: Buffer });
  const again = new DataKeys('case', rows, provider, 'intl');
  expect((await again.sealOf(first.id, { profile: 'intl', ...wrapped })).open(place, first.sealed)).toBe(first.id);
});
