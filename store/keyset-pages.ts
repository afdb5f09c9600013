/**
 * A long list in pages, each from the key of the last entry of the one before: what comes and goes meanwhile shifts nothing.
 *
 * @param page the entries after a key, in the order of the keys; null: from the first one on. An empty page ends the list
 */
export async function* keysetPages<Entry, Key>(page: (after: Key | null) => Promise<Entry[]>, keyOf: (entry: Entry) => Key): AsyncGenerator<Entry[]> {
  let entries = await page(null);
  for (let last = entries.at(-1); last !== undefined; last = entries.at(-1)) {
    yield entries;
    entries = await page(keyOf(last));
  }
}
