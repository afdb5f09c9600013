import type { Pool } from 'pg';
import type { Config } from '../infra/config';
import { StartupError } from '../infra/errors';
import { KeyServiceAway, MasterKeyMissing, WrappingBroken } from '../security/key-provider';
import { keyProviderOf, type KeySettings } from '../security/key-settings';
import { CASES_HAVE_APPLICANTS, indexApplicants } from '../store/case-applicant.store';
import { connect } from '../store/db';
import { migrate } from '../store/migrate';
import { IndexKeyGone, openRecordKeys } from '../store/record-keys';
import { PLAIN_COLUMNS_GO, sealRecord } from '../store/seal-record.store';
import { hasDemoUsers } from '../store/user.store';
import { loadTables, seedDemoUsers } from './load-tables';

/**
 * Brings the record to this release: schema, sealed personal data, policies and tables, and outside of production the demo users. Safe to repeat.
 *
 * @throws PolicyMistakes with all mistakes of the tables
 * @throws StartupError when a record with demo users is to be used in production, or the master keys are not those of the record
 */
export async function prepareRecord(config: Config, databaseUrl: string, keys: KeySettings, onProgress: (line: string) => void = () => undefined): Promise<void> {
  const pool = connect(databaseUrl, 2);
  const provider = keyProviderOf(keys);
  const recordKeys = () => openRecordKeys(pool, provider, keys.profile).catch(refuseWrongKeys);
  try {
    await migrate(pool, {
      [PLAIN_COLUMNS_GO]: async () => sealRecord(pool, await recordKeys(), (table, rows) => onProgress(`Sealing personal data of an earlier release: ${rows} rows of ${table}`)),
      [CASES_HAVE_APPLICANTS]: async () => indexApplicants(pool, await recordKeys(), (cases) => onProgress(`Entering whose case it is: ${cases} cases`)),
    });
    await recordKeys(); // the wrong ones are found here, before anybody works
    if (config.production) await refuseDemoRecord(pool);
    await loadTables(pool, config.policyDir);
    if (!config.production) await seedDemoUsers(pool, config.demoPassword);
  } finally {
    await pool.end();
  }
}

// Each of them says itself what is wrong, and that is all that helps at this moment.
function refuseWrongKeys(error: unknown): never {
  const isForeseen = [MasterKeyMissing, WrappingBroken, KeyServiceAway, IndexKeyGone].some((kind) => error instanceof kind);
  throw isForeseen && error instanceof Error ? new StartupError(`The record cannot be used: ${error.message}.`, { cause: error }) : error;
}

// Everybody can read their password in the README, and what they entered are no real households.
async function refuseDemoRecord(pool: Pool): Promise<void> {
  if (!(await hasDemoUsers(pool))) return;
  throw new StartupError('The database of DATABASE_URL holds demo users, but NODE_ENV is production; a production record begins in a database of its own.');
}
