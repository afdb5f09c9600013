import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { ensureDatabases } from '../../../infra/postgres/databases';
import { connect } from '../../../store/db';
import { testStack } from '../../stack/test-stack';

const MIGRATIONS = join(__dirname, '..', '..', '..', 'store', 'migrations');

/** A database of its own with the record as it was before a migration, empty. */
export interface OlderRecord {
  pool: Pool;
  drop: () => Promise<void>;
}

/** @param before number of the first migration that it has not yet, such as `0015` */
export async function olderRecord(before: string, connections = 2): Promise<OlderRecord> {
  const name = `before_${before}_${randomUUID().slice(0, 8)}`;
  await ensureDatabases(testStack().databaseUrl, [name]);
  const url = new URL(testStack().databaseUrl);
  url.pathname = `/${name}`;
  const pool = connect(url.href, connections);
  await pool.query('create table schema_migration (name text primary key, applied_at timestamptz not null default now())');
  for (const file of readdirSync(MIGRATIONS).sort().filter((one) => one < before)) {
    await pool.query(readFileSync(join(MIGRATIONS, file), 'utf8'));
    await pool.query('insert into schema_migration (name) values ($1)', [file]);
  }
  const drop = async () => {
    await pool.end();
    const server = connect(testStack().databaseUrl, 1);
    await server.query(`drop database ${name} with (force)`);
    await server.end();
  };
  return { pool, drop };
}
