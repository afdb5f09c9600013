import type { Pool } from 'pg';
import { reasonOf } from '../infra/errors';
import type { DataKeys } from '../security/data-keys';
import { KeyServiceAway, type KeyProvider } from '../security/key-provider';
import { KEY_TABLES, listKeysNotUnder, replaceWrapped, type KeyTable, type OldKey } from '../store/data-key.store';
import { BEFORE_ALL } from '../store/event-chain.store';
import { findIndexKey, replaceIndexKey } from '../store/index-key.store';
import { indexContext, type RecordKeys } from '../store/record-keys';

/** What a rotation did. */
export interface RotationReport {
  /** The master key that wraps everything afterwards. */
  current: string;
  /** Keys that were wrapped anew by this run; another run at the same time has its own. */
  rewrapped: number;
  /** Keys that stay under an old master key, and why. */
  failed: { table: string; ownerId: string; reason: string }[];
}

const KEYS_AT_ONCE = 200;
/** Calls to a key service at the same time. */
const CALLS_AT_ONCE = 8;

/**
 * Wraps every data key and the index key anew under the master key that is current, while the service goes on. What was
 * sealed stays as it is. Keeps nothing to itself: interrupted, or run twice at once, it goes on with what is left.
 *
 * @throws KeyServiceAway: run it again
 */
export async function rotate(pool: Pool, keys: RecordKeys, provider: KeyProvider, onProgress: (report: RotationReport) => void): Promise<RotationReport> {
  const report: RotationReport = { current: await provider.currentId(), rewrapped: 0, failed: [] };
  await rotateIndexKey(pool, provider, report);
  const owners: Record<KeyTable, DataKeys> = { case_key: keys.cases, file_import_key: keys.imports };
  for (const table of Object.keys(KEY_TABLES) as KeyTable[]) {
    // A process that does not know of the new master key yet may make keys under the old one during a walk.
    while ((await walk(pool, table, owners[table], report, onProgress)) > 0);
  }
  return report;
}

/** @returns how many keys it found that it could do something about */
async function walk(pool: Pool, table: KeyTable, keys: DataKeys, report: RotationReport, onProgress: (report: RotationReport) => void): Promise<number> {
  const hopeless = new Set(report.failed.filter((failed) => failed.table === table).map(({ ownerId }) => ownerId));
  let found = 0;
  for (let after = BEFORE_ALL; ; ) {
    const page = await listKeysNotUnder(pool, table, report.current, after, KEYS_AT_ONCE);
    const last = page.at(-1);
    if (!last) return found;
    after = last.ownerId;
    const waiting = page.filter(({ ownerId }) => !hopeless.has(ownerId));
    found += waiting.length;
    for (let from = 0; from < waiting.length; from += CALLS_AT_ONCE) {
      await Promise.all(waiting.slice(from, from + CALLS_AT_ONCE).map((key) => rewrap(pool, table, keys, key, report)));
    }
    onProgress(report);
  }
}

/** One key that cannot be unwrapped must not keep the others from it. */
async function rewrap(pool: Pool, table: KeyTable, keys: DataKeys, key: OldKey, report: RotationReport): Promise<void> {
  try {
    const wrapped = await keys.rewrap(key.ownerId, key.stored);
    // Not where it was wrapped anew or destroyed meanwhile: a destroyed key must not come back.
    if (await replaceWrapped(pool, table, key, wrapped)) report.rewrapped++;
  } catch (error) {
    if (error instanceof KeyServiceAway) throw error;
    report.failed.push({ table, ownerId: key.ownerId, reason: reasonOf(error) });
  }
}

async function rotateIndexKey(pool: Pool, provider: KeyProvider, report: RotationReport): Promise<void> {
  const stored = await findIndexKey(pool);
  if (!stored || stored.masterKeyId === report.current) return;
  const context = indexContext(stored.profile);
  const anew = await provider.wrap(await provider.unwrap(stored, context), context);
  if (await replaceIndexKey(pool, stored, anew)) report.rewrapped++;
}
