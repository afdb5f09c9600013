import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { transaction, type Db } from './db';
import { secureRecord } from './row-security';

const directory = join(__dirname, 'migrations');

/** Held while migrating, so that two processes that start at once do not both apply a migration. */
const MIGRATION_LOCK = 4_201_107;

/** Work that has to be done before a migration, by its name: what no statement can do. It may be interrupted and begun again. */
export type BeforeMigration = Readonly<Record<string, () => Promise<void>>>;

/**
 * Brings the schema of the record up to date: every migration once, in the order of its number, forward only; then the rights
 * and the row-level security of its tables.
 *
 * @param before is done while the migration that it is for is still pending, with everything before that applied
 * @returns names of the migrations that were applied now
 */
export async function migrate(pool: Pool, before: BeforeMigration = {}): Promise<string[]> {
  const applied: string[] = [];
  for (const stop of names().filter((name) => Object.hasOwn(before, name))) {
    applied.push(...(await applyPending(pool, (name) => name < stop)));
    if ((await pendingMigrations(pool)).includes(stop)) await before[stop]?.();
  }
  return [...applied, ...(await applyPending(pool, () => true, secureRecord))];
}

/** @param finish is done in the transaction of the last of them */
async function applyPending(pool: Pool, isMeant: (name: string) => boolean, finish?: (db: Db) => Promise<void>): Promise<string[]> {
  return transaction(pool, async (db) => {
    await db.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await db.query('create table if not exists schema_migration (name text primary key, applied_at timestamptz not null default now())');
    const { rows } = await db.query<{ name: string }>('select name from schema_migration');
    const known = new Set(rows.map((row) => row.name));
    const pending = names().filter((name) => isMeant(name) && !known.has(name));
    for (const name of pending) {
      await db.query(readFileSync(join(directory, name), 'utf8'));
      await db.query('insert into schema_migration (name) values ($1)', [name]);
    }
    await finish?.(db);
    return pending;
  });
}

/** Names of migrations of this release that the record does not have yet. @throws Error when it cannot be asked */
export async function pendingMigrations(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ isThere: boolean }>(`select to_regclass('schema_migration') is not null as "isThere"`);
  if (!rows[0]?.isThere) return names();
  const applied = await db.query<{ name: string }>('select name from schema_migration');
  return names().filter((name) => !applied.rows.some((row) => row.name === name));
}

function names(): string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.sql')).sort();
}
