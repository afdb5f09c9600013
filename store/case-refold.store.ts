import type { Pool } from 'pg';
import type { CaseRecord } from '../domain/case-record';
import { foldOf, listEvents } from './case-event.store';
import { lockRecord } from './case-step.store';
import { transaction } from './db';
import { canonical } from './event-hash';
import { saveReadModel } from './read-model.store';

/**
 * Makes the case anew of its events, as this version of the code understands them, and keeps it where the read model
 * says something else: fields that older code did not know are there afterwards.
 *
 * @returns the case and the commands that led there, in their order
 * @throws Error when the case is not in the record
 */
export async function refoldCase(pool: Pool, caseId: string): Promise<{ record: CaseRecord; commandIds: string[] }> {
  return transaction(pool, async (db) => {
    const kept = await lockRecord(db, caseId);
    const events = await listEvents(db, caseId);
    const record = foldOf(events);
    if (!kept || !record) throw new Error(`case ${caseId} is not in the record`);
    if (canonical(kept) !== canonical(record)) await saveReadModel(db, record);
    return { record, commandIds: [...new Set(events.flatMap((event) => event.commandId ?? []))] };
  });
}
