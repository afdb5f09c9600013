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
  const recordedAt = new Date().toISOString();
  const chain = chainOf(caseId, events, recordedAt, rows[0]?.hash ?? GENESIS);
  const of = <Key extends keyof ChainedEvent>(key: Key) => chain.map((event) => event[key]);
  await db.query({
    name: 'appendEvents',
    text: `insert into case_event (case_id, seq, type, effective_on, recorded_at, actor, on_behalf_of, command_id, data, prev_hash, hash)
           select $1, seq, type, effective_on, $2, actor, on_behalf_of, command_id, data, prev_hash, hash
             from unnest($3::bigint[], $4::text[], $5::date[], $6::text[], $7::text[], $8::uuid[], $9::jsonb[], $10::bytea[], $11::bytea[])
               as step (seq, type, effective_on, actor, on_behalf_of, command_id, data, prev_hash, hash)`,
    values: [
      caseId,
      recordedAt,
      of('seq'),
      of('type'),
      of('effectiveOn'),
      of('actor'),
      of('onBehalfOf'),
      of('commandId'),
      of('data'),
      of('prevHash'),
      of('hash'),
    ],
  });
  return recordedAt;
}

interface ChainedEvent extends Pick<CaseEvent, 'seq' | 'type' | 'effectiveOn' | 'actor' | 'onBehalfOf' | 'commandId'> {
  data: object;
  prevHash: Buffer;
  hash: Buffer;
}

/** The events of one step, each with the hash of the one before it. */
function chainOf(caseId: string, events: readonly CaseEvent[], recordedAt: string, head: Buffer): ChainedEvent[] {
  let prevHash = head;
  return events.map(({ seq, type, effectiveOn, actor, onBehalfOf, commandId, ...data }) => {
    const hash = eventHash(prevHash, { caseId, seq, type, effectiveOn, recordedAt, actor, onBehalfOf, commandId, data });
    const chained = { seq, type, effectiveOn, actor, onBehalfOf, commandId, data, prevHash, hash };
    prevHash = hash;
    return chained;
  });
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
