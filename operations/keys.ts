import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Pool } from 'pg';
import { readConfig, type Config } from '../infra/config';
import { reasonOf, StartupError } from '../infra/errors';
import { progressOn } from '../infra/progress';
import { addMasterKey, developmentKeyringIn } from '../security/development-keyring';
import type { KeyProvider } from '../security/key-provider';
import { keyProviderOf, type KeySettings } from '../security/key-settings';
import { KeyringMistake } from '../security/keyring';
import { countKeys } from '../store/data-key.store';
import { connect } from '../store/db';
import { findIndexKey } from '../store/index-key.store';
import { openRecordKeys } from '../store/record-keys';
import { columns, readCommand, runTool, WrongUsage } from './command-line';
import { noted } from './noted-tool';
import { isOfKeys, keySettingsOf } from './record-access';
import { rotate, type RotationReport } from './rotating';
import { findService } from './service-addresses';

const USAGE = `usage: npm run keys -- status [--json]
       npm run keys -- rotate [--json]
       npm run keys -- add ID [--file FILE]

The master keys of the record (docs/security/keys.md).
  status  which master key wraps how many keys of cases and of imports
  rotate  wraps all of them anew under the current master key, while the service goes on; may be interrupted and repeated
  add     adds a new random master key to a keyring's file, as the current one; the file is made where there is none
  --file FILE  left out: MASTER_KEYS_FILE, or the keyring of the stack of development in DATA_DIR
  --json       prints the answer as JSON
Exit code: 0 done, 1 something is left or wrong, 2 wrong command line.`;

const PROGRESS_EVERY_MS = 2_000;
const LISTED_MAX = 20;

async function main(): Promise<0 | 1> {
  const { values, positionals } = readCommand({ json: { type: 'boolean' }, file: { type: 'string' } });
  const [command, id, ...others] = positionals;
  const config = readConfig(process.env);
  if (command === 'add' && id !== undefined && others.length === 0) return add(id, values.file ?? fileOf(config));
  if (id !== undefined || (command !== 'status' && command !== 'rotate')) throw new WrongUsage('say status, rotate, or add with the id of the new key');
  const settings = keySettingsOf(config);
  const provider = keyProviderOf(settings);
  const pool = connect(findService(config).databaseUrl, 10);
  try {
    return command === 'status' ? await status(pool, provider, values.json ?? false) : await rotation(pool, settings, provider, values.json ?? false);
  } catch (error) {
    throw isOfKeys(error) ? new StartupError(`It cannot go on: ${reasonOf(error)}.`) : error;
  } finally {
    await pool.end();
  }
}

function add(id: string, file: string | undefined): 0 {
  if (file === undefined) throw new StartupError('Say which file with --file, or set MASTER_KEYS_FILE.');
  try {
    addMasterKey(resolve(file), id);
  } catch (error) {
    throw error instanceof KeyringMistake ? new StartupError(`${file} ${error.message}.`) : error;
  }
  console.log(`${file} has a new key "${id}", which is the current one. Keep a copy of the file where the database's backups are not.`);
  return 0;
}

async function status(pool: Pool, provider: KeyProvider, json: boolean): Promise<0 | 1> {
  const [cases, imports, index, current] = [await countKeys(pool, 'case_key'), await countKeys(pool, 'file_import_key'), await findIndexKey(pool), await provider.currentId()];
  const ids = [...new Set([current, ...[...cases.wrapped, ...imports.wrapped].map(({ masterKeyId }) => masterKeyId), ...(index ? [index.masterKeyId] : [])])];
  const counted = (counts: typeof cases.wrapped, id: string) => counts.filter(({ masterKeyId }) => masterKeyId === id).reduce((sum, { keys }) => sum + keys, 0);
  const masterKeys = await Promise.all(
    ids.map(async (id) => ({
      id,
      isCurrent: id === current,
      isGiven: await provider.knows(id),
      cases: counted(cases.wrapped, id),
      imports: counted(imports.wrapped, id),
      index: index?.masterKeyId === id,
    })),
  );
  const destroyed = { cases: cases.destroyed, imports: imports.destroyed };
  if (json) {
    console.log(JSON.stringify({ masterKeys, destroyed }, null, 2));
  } else {
    const rows = masterKeys.map((key) => [key.id, key.isCurrent ? 'current' : '', String(key.cases), String(key.imports), key.index ? 'yes' : '', key.isGiven ? '' : 'NOT GIVEN: nothing under it can be opened']);
    for (const line of columns([['master key', '', 'cases', 'imports', 'index key', ''], ...rows])) console.log(line);
    console.log(`\nDestroyed: keys of ${destroyed.cases} cases and ${destroyed.imports} imports.`);
  }
  return masterKeys.every(({ isGiven }) => isGiven) ? 0 : 1;
}

async function rotation(pool: Pool, { profile }: KeySettings, provider: KeyProvider, json: boolean): Promise<0 | 1> {
  const work = async () => rotate(pool, await openRecordKeys(pool, provider, profile), provider, progress());
  const report = await noted(pool, 'tool.keys', { details: { rotate: true } }, work, ({ rewrapped, failed }) => ({ rewrapped, failed: failed.length }));
  console.log(json ? JSON.stringify(report, null, 2) : lines(report).join('\n'));
  return report.failed.length === 0 ? 0 : 1;
}

function lines({ current, rewrapped, failed }: RotationReport): string[] {
  const shown = failed.slice(0, LISTED_MAX).map(({ table, ownerId, reason }) => `  ${table} ${ownerId}: ${reason}`);
  return [
    failed.length === 0 ? `All keys are under the master key "${current}" (${rewrapped} wrapped anew).` : `${rewrapped} keys were wrapped anew under "${current}", ${failed.length} could not be:`,
    ...shown,
    ...(failed.length > shown.length ? [`  … and ${failed.length - shown.length} more (--json lists all)`] : []),
  ];
}

function progress(): (report: RotationReport) => void {
  const show = progressOn(process.stderr);
  let shownAt = Date.now();
  return ({ rewrapped, failed }) => {
    if (Date.now() - shownAt < PROGRESS_EVERY_MS) return;
    shownAt = Date.now();
    show(`Keys: ${rewrapped} wrapped anew, ${failed.length} failed`);
  };
}

function fileOf({ keys, dataDir }: Config): string | undefined {
  const own = developmentKeyringIn(dataDir);
  return keys.MASTER_KEYS_FILE ?? (existsSync(own) ? own : undefined);
}

runTool(USAGE, main);
