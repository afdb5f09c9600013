import type { CaseEvent, CaseFact } from '../domain/case-events';
import type { Awaited } from '../domain/case-facts';
import { applyEvent, type CaseRecord } from '../domain/case-record';
import type { Db } from './db';
import { eventHash, GENESIS } from './event-hash';

/** An event as it is kept, with when it was recorded. */
export type RecordedEvent = CaseEvent & { recordedAt: string };

/** Appends the events of one step to the case's chain. @returns when, as the events have it */
export async function appendEvents(db: Db, caseId: string, events: readonly CaseEvent[]): Promise<string> {
  const { rows } = await db.query<{ hash: Buffer }>({
    name: 'lastEventHash',
    text: 'select hash from case_event where case_id = $1 order by seq desc limit 1',
    values: [caseId],
  });
  let prevHash = rows[0]?.hash ?? GENESIS;
  const recordedAt = new Date().toISOString();
  for (const event of events) {
    const { seq, type, effectiveOn, actor, onBehalfOf, commandId, ...data } = event;
    const hash = eventHash(prevHash, { caseId, seq, type, effectiveOn, recordedAt, actor, onBehalfOf, commandId, data });
    await db.query({
      name: 'appendEvent',
      text: `insert into case_event (case_id, seq, type, effective_on, recorded_at, actor, on_behalf_of, command_id, data, prev_hash, hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      values: [caseId, seq, type, effectiveOn, recordedAt, actor, onBehalfOf, commandId, data, prevHash, hash],
    });
    prevHash = hash;
  }
  return recordedAt;
}

/** Events of a case in order, up to and including `upTo` when given; `after` for the next page. */
export async function listEvents(
  db: Db,
  caseId: string,
  page: { after?: number; upTo?: number; limit?: number } = {},
): Promise<RecordedEvent[]> {
  const { rows } = await db.query<EventRow>({
    name: 'listEvents',
    text: `select seq, type, effective_on as "effectiveOn", recorded_at as "recordedAt", actor, on_behalf_of as "onBehalfOf",
                  command_id as "commandId", data
             from case_event where case_id = $1 and seq > $2 and seq <= $3 order by seq limit $4`,
    values: [caseId, page.after ?? 0, page.upTo ?? Number.MAX_SAFE_INTEGER, page.limit ?? null],
  });
  return rows.map(({ data, recordedAt, ...row }) => ({ ...data, ...row, recordedAt: recordedAt.toISOString() }) as RecordedEvent);
}

/** The case as it was at a version: the fold of its events up to there; undefined when it has none. */
export async function recordAt(db: Db, caseId: string, version: number): Promise<CaseRecord | undefined> {
  return foldOf(await listEvents(db, caseId, { upTo: version }));
}

/** The case as its events make it; undefined without events. */
export function foldOf(events: readonly RecordedEvent[]): CaseRecord | undefined {
  return events.reduce<CaseRecord | undefined>((record, event) => applyEvent(record ?? null, event), undefined);
}

interface EventRow {
  seq: number;
  type: CaseFact['type'];
  effectiveOn: string;
  recordedAt: Date;
  actor: string | null;
  onBehalfOf: string | null;
  commandId: string | null;
  data: { awaiting?: Awaited[] };
}
