import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { readIfThere } from '../data-dir';
import { reasonOf, StartupError, systemCode } from '../errors';
import { urlOfDatabase, withClient } from '../postgres/databases';
import { lastWords } from '../process-log';
import type { EngineBinaries } from './binary-cache';
import { sqlToolEnvironment, type EngineDatabase } from './engine-database';

const run = promisify(execFile);

/**
 * Brings the engine's two databases, which exist, to the schema of this release.
 *
 * What was done is noted in `noteFile`: a database that still has the noted version, noted by the same
 * binaries, is left alone, which saves the tool's start on every start but the first.
 * @param url any database on the engine's server
 * @throws StartupError when the schema tool fails
 */
export async function ensureSchemas(binaries: EngineBinaries, database: EngineDatabase, url: string, noteFile: string): Promise<void> {
  const schemas = [
    { database: database.main, schema: 'postgresql/v12/temporal' },
    { database: database.visibility, schema: 'postgresql/v12/visibility' },
  ];
  const versions = () => Promise.all(schemas.map((each) => schemaVersion(urlOfDatabase(url, each.database))));
  const before = await versions();
  if (before.every((version) => version !== undefined) && readIfThere(noteFile) === noteOf(binaries, before)) return;
  await Promise.all(
    schemas.map(async (each, index) => {
      const tool = (...args: string[]) => sqlTool(binaries, database, each.database, args);
      if (before[index] === undefined) await tool('setup-schema', '-v', '0.0');
      await tool('update-schema', '--schema-name', each.schema);
    }),
  );
  writeFileSync(noteFile, noteOf(binaries, await versions()));
}

function noteOf(binaries: EngineBinaries, versions: readonly (string | undefined)[]): string {
  return JSON.stringify({ engine: binaries.key, versions });
}

async function schemaVersion(url: string): Promise<string | undefined> {
  return withClient(url, async (client) => {
    try {
      const { rows } = await client.query<{ version: string }>('select curr_version as version from schema_version');
      return rows[0]?.version;
    } catch (error) {
      if (systemCode(error) === '42P01') return undefined; // no such table: nothing was set up yet
      throw error;
    }
  });
}

async function sqlTool(binaries: EngineBinaries, database: EngineDatabase, name: string, args: string[]): Promise<void> {
  try {
    await run(binaries.sqlTool, args, { cwd: '/', env: { PATH: process.env.PATH, ...sqlToolEnvironment(database, name) }, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    throw new StartupError(`The schema of the Temporal database "${name}" could not be set up: ${lastWords(reasonOf(error)) ?? 'the schema tool failed'}.`);
  }
}
