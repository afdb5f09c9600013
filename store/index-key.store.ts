import type { ProfileId } from '../security/crypto-profile';
import type { WrappedKey } from '../security/key-provider';
import type { Db } from './db';

/** The key of the blind indexes, wrapped. */
export interface StoredIndexKey extends WrappedKey {
  profile: ProfileId;
}

export async function findIndexKey(db: Db): Promise<StoredIndexKey | undefined> {
  const { rows } = await db.query<StoredIndexKey>('select profile, master_key_id as "masterKeyId", wrapped from index_key');
  return rows[0];
}

/** Enters the index key of a record that has none; one that came earlier stays. */
export async function insertIndexKey(db: Db, { profile, masterKeyId, wrapped }: StoredIndexKey): Promise<void> {
  await db.query('insert into index_key (profile, master_key_id, wrapped) values ($1, $2, $3) on conflict do nothing', [profile, masterKeyId, wrapped]);
}

/** @returns false where somebody else has wrapped it anew meanwhile */
export async function replaceIndexKey(db: Db, before: WrappedKey, after: WrappedKey): Promise<boolean> {
  const { rowCount } = await db.query('update index_key set master_key_id = $2, wrapped = $3 where wrapped = $1', [before.wrapped, after.masterKeyId, after.wrapped]);
  return rowCount === 1;
}

/** Whether anything was ever sealed in this record. */
export async function hasDataKeys(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>('select exists (select from case_key) or exists (select from file_import_key) as found');
  return rows[0]?.found === true;
}
