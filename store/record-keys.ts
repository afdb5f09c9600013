import { randomBytes } from 'node:crypto';
import { BlindIndex } from '../security/blind-index';
import { KEY_BYTES, type ProfileId } from '../security/crypto-profile';
import { profileOf } from '../security/crypto-profiles';
import { DataKeys } from '../security/data-keys';
import { Seal } from '../security/envelope';
import { MasterKeyMissing, type KeyProvider } from '../security/key-provider';
import type { Db } from './db';
import { keyRowsOf, listMasterKeyIds } from './data-key.store';
import { findIndexKey, hasDataKeys, insertIndexKey, type StoredIndexKey } from './index-key.store';

/** What opens and seals the personal data of a record, and finds by it. */
export interface RecordKeys {
  /** By the id of the case. */
  cases: DataKeys;
  /** By the id of the uploaded list. */
  imports: DataKeys;
  index: BlindIndex;
  /** What the service itself has in the engine. */
  engine: Seal;
}

/** The key that all blind indexes were made with is gone, and with it every way to find by them. */
export class IndexKeyGone extends Error {
  override readonly name = 'IndexKeyGone';

  constructor() {
    super('the record has sealed personal data, but no index key (table index_key is empty): restore it from a backup; a new one would find nothing');
  }
}

/**
 * Opens the keys of a record. A record without an index key gets one, unless it should have had one.
 *
 * @param profile of what is sealed from now on
 * @throws MasterKeyMissing naming a master key that the record needs and nobody has given us; WrappingBroken, KeyServiceAway, IndexKeyGone
 */
export async function openRecordKeys(db: Db, provider: KeyProvider, profile: ProfileId): Promise<RecordKeys> {
  for (const id of await listMasterKeyIds(db)) if (!(await provider.knows(id))) throw new MasterKeyMissing(id);
  const stored = (await findIndexKey(db)) ?? (await newIndexKey(db, provider, profile));
  const indexKey = await provider.unwrap(stored, indexContext(stored.profile));
  return {
    cases: new DataKeys('case', keyRowsOf(db, 'case_key'), provider, profile),
    imports: new DataKeys('fileImport', keyRowsOf(db, 'file_import_key'), provider, profile),
    index: new BlindIndex(stored.profile, indexKey),
    // Of the one key that the record keeps for good: nothing else to be kept, and to be wrapped anew.
    engine: new Seal('engine', { profile: stored.profile, bytes: profileOf(stored.profile).deriveKey(indexKey, 'engine-payloads') }),
  };
}

/** What the index key is wrapped for. */
export function indexContext(profile: ProfileId): string {
  return `index:${profile}`;
}

async function newIndexKey(db: Db, provider: KeyProvider, profile: ProfileId): Promise<StoredIndexKey> {
  if (await hasDataKeys(db)) throw new IndexKeyGone();
  await insertIndexKey(db, { profile, ...(await provider.wrap(randomBytes(KEY_BYTES), indexContext(profile))) });
  // Another process may have been faster: what is in the record counts.
  const stored = await findIndexKey(db);
  if (!stored) throw new IndexKeyGone();
  return stored;
}
