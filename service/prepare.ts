import { ConfigurationError, engineElsewhere, readConfig } from '../infra/config';
import { reasonOf, StartupError } from '../infra/errors';
import { ensureNamespace, RETENTION_DAYS } from '../infra/temporal/namespace';
import { PolicyMistakes } from '../policies/mistakes';
import { SEARCH_ATTRIBUTES } from '../workflows/case/search-attributes';
import { enterAdministrator, readAdministrator } from './administrator';
import { keySettingsIn } from './master-keys';
import { prepareRecord } from './prepare-record';
import { ensureSchedules } from './schedules';

/**
 * Brings a PostgreSQL and a Temporal cluster that run already to this release, and ends: what `npm start` does before it starts
 * the API and the worker, for containers, where others start those. Safe to repeat.
 */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const administrator = readAdministrator(process.env);
  const { databaseUrl, temporalNamespace } = config;
  const engine = engineElsewhere(config);
  if (databaseUrl === undefined || engine === undefined) throw new ConfigurationError(missing({ DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: engine?.address }));

  await prepareRecord(config, databaseUrl, keySettingsIn(config.keys, config.production), (line) => console.log(line));
  console.log(`The record is ready${config.production ? '' : ', with demo users'}.`);
  await ensureNamespace(engine, { namespace: temporalNamespace, retentionDays: RETENTION_DAYS, searchAttributes: SEARCH_ATTRIBUTES });
  await ensureSchedules({ ...engine, namespace: temporalNamespace });
  console.log(`The namespace "${temporalNamespace}" its search attributes and its schedule are ready.`);
  if (administrator === undefined) return;
  const isEntered = await enterAdministrator(databaseUrl, administrator);
  console.log(isEntered ? `The administrator "${administrator.id}" has been entered.` : 'There are users already: no administrator was entered.');
}

function missing(settings: Record<string, string | undefined>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [`${name} must be set`] : []));
}

main().catch((error: unknown) => {
  const isExpected = error instanceof ConfigurationError || error instanceof StartupError || error instanceof PolicyMistakes;
  console.error(isExpected ? error.message : `The service could not be prepared: ${reasonOf(error)}`);
  if (!isExpected && error instanceof Error) console.error(error.stack);
  process.exitCode = 1;
});
