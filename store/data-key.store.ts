import type { KeyRows, StoredKey } from '../security/data-keys';
import type { WrappedKey } from '../security/key-provider';
import type { Db } from './db';

/** Tables of data keys, with the column that says whose they are. */
export const KEY_TABLES = { case_key: 'case_id', file_import_key: 'batch_id' } as const;
export type KeyTable = keyof typeof KEY_TABLES;

/** A key as columns of a statement that joins its table as `y`; see {@link storedKeyOf}. */
export const KEY_COLUMNS = 'y.profile as "keyProfile", y.master_key_id as "keyMasterId", y.wrapped as "keyWrapped"';

export interface KeyColumns {
  keyProfile: StoredKey['profile'];
  keyMasterId: string;
  keyWrapped: Buffer | null;
}

export function storedKeyOf({ keyProfile, keyMasterId, keyWrapped }: KeyColumns): StoredKey {
  return { profile: keyProfile, masterKeyId: keyMasterId, wrapped: keyWrapped };
}

/** The keys of one table, each by its owner. */
export function keyRowsOf(db: Db, table: KeyTable): KeyRows {
  const owner = KEY_TABLES[table];
  return {
    async find(ownerId) {
      const { rows } = await db.query<KeyColumns>({ name: `findKey(${table})`, text: `select ${KEY_COLUMNS} from ${table} y where ${owner} = $1`, values: [ownerId] });
      return rows[0] && storedKeyOf(rows[0]);
    },
  };
}

/** Enters keys of owners who have none yet; who has one keeps it. */
export async function insertKeys(db: Db, table: KeyTable, keys: readonly { ownerId: string; stored: StoredKey }[]): Promise<void> {
  await db.query({
    name: `insertKeys(${table})`,
    text: `insert into ${table} (${KEY_TABLES[table]}, profile, master_key_id, wrapped)
           select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[]) on conflict do nothing`,
    values: [keys.map(({ ownerId }) => ownerId), keys.map(({ stored }) => stored.profile), keys.map(({ stored }) => stored.masterKeyId), keys.map(({ stored }) => stored.wrapped)],
  });
}

/** A key that is wrapped by another master key than the current one. */
export interface OldKey {
  ownerId: string;
  stored: StoredKey & { wrapped: Buffer };
}

/** Keys that the master key `current` does not wrap, by owner, some at a time. */
export async function listKeysNotUnder(db: Db, table: KeyTable, current: string, after: string, limit: number): Promise<OldKey[]> {
  const { rows } = await db.query<KeyColumns & { ownerId: string }>(
    `select ${KEY_TABLES[table]} as "ownerId", ${KEY_COLUMNS} from ${table} y
      where wrapped is not null and master_key_id <> $1 and ${KEY_TABLES[table]} > $2 order by ${KEY_TABLES[table]} limit $3`,
    [current, after, limit],
  );
  return rows.map((row) => ({ ownerId: row.ownerId, stored: { ...storedKeyOf(row), wrapped: row.keyWrapped ?? Buffer.alloc(0) } }));
}

/** Puts a newly wrapped key in the place of the one that was read. @returns false where somebody else has changed or destroyed it meanwhile */
export async function replaceWrapped(db: Db, table: KeyTable, { ownerId, stored }: OldKey, { masterKeyId, wrapped }: WrappedKey): Promise<boolean> {
  const { rowCount } = await db.query({
    name: `replaceWrapped(${table})`,
    text: `update ${table} set master_key_id = $3, wrapped = $4 where ${KEY_TABLES[table]} = $1 and wrapped = $2`,
    values: [ownerId, stored.wrapped, masterKeyId, wrapped],
  });
  return rowCount === 1;
}

export interface KeyCount {
  masterKeyId: string;
  profile: string;
  keys: number;
}

/** How many keys each master key wraps, and how many were destroyed. */
export async function countKeys(db: Db, table: KeyTable): Promise<{ wrapped: KeyCount[]; destroyed: number }> {
  const { rows } = await db.query<KeyCount>(
    `select master_key_id as "masterKeyId", profile, count(*) as keys from ${table} where wrapped is not null group by master_key_id, profile order by master_key_id, profile`,
  );
  const destroyed = await db.query<{ n: number }>(`select count(*) as n from ${table} where wrapped is null`);
  return { wrapped: rows, destroyed: destroyed.rows[0]?.n ?? 0 };
}

/** Every master key that wraps something, by leaps through the index: of each id one row is looked at. */
export async function listMasterKeyIds(db: Db): Promise<string[]> {
  const leaps = Object.keys(KEY_TABLES).map(
    (table) => `(with recursive leap as (
        (select master_key_id as id from ${table} where wrapped is not null order by 1 limit 1)
        union all
        select (select master_key_id from ${table} where wrapped is not null and master_key_id > leap.id order by 1 limit 1) from leap where leap.id is not null
      ) select id from leap where id is not null)`,
  );
  const { rows } = await db.query<{ id: string }>(`${leaps.join(' union ')} union select master_key_id from index_key order by 1`);
  return rows.map(({ id }) => id);
}
