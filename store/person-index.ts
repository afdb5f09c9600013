import { createHmac } from 'node:crypto';
import { normaliseIdNumber } from '../domain/identity-number';
import type { Db } from './db';

let key: Promise<Buffer> | undefined;

/**
 * Keyed hashes by which persons are recognised without their ID numbers being kept. The one place that knows how: the key is
 * the record's own until the blind index of the keyring takes its place.
 */
export async function personIndexes(db: Db, idNumbers: readonly string[]): Promise<string[]> {
  key ??= readKey(db).catch((error: unknown) => {
    key = undefined; // asked for again next time
    throw error;
  });
  const known = await key;
  return idNumbers.map((idNumber) => createHmac('sha256', known).update(normaliseIdNumber(idNumber)).digest('hex'));
}

async function readKey(db: Db): Promise<Buffer> {
  const { rows } = await db.query<{ key: Buffer }>('select key from person_index_key');
  if (!rows[0]) throw new Error('the record has no key for persons');
  return rows[0].key;
}
