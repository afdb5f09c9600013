import type { Pool } from 'pg';
import type { Config } from '../infra/config';
import { StartupError } from '../infra/errors';
import { connect } from '../store/db';
import { migrate } from '../store/migrate';
import { hasDemoUsers } from '../store/user.store';
import { loadTables, seedDemoUsers } from './load-tables';

/**
 * Brings the record to this release: schema, policies and tables, and outside of production the demo users. Safe to repeat.
 *
 * @throws PolicyMistakes with all mistakes of the tables
 * @throws StartupError when a record with demo users is to be used in production
 */
export async function prepareRecord(config: Config, databaseUrl: string): Promise<void> {
  const pool = connect(databaseUrl, 2);
  try {
    await migrate(pool);
    if (config.production) await refuseDemoRecord(pool);
    await loadTables(pool, config.policyDir);
    if (!config.production) await seedDemoUsers(pool, config.demoPassword);
  } finally {
    await pool.end();
  }
}

// Everybody can read their password in the README, and what they entered are no real households.
async function refuseDemoRecord(pool: Pool): Promise<void> {
  if (!(await hasDemoUsers(pool))) return;
  throw new StartupError('The database of DATABASE_URL holds demo users, but NODE_ENV is production; a production record begins in a database of its own.');
}
