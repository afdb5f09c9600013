import { applyEvent, type CaseRecord } from '../domain/case-record';
import type { RecordedEvent } from './case-event.store';
import type { Db } from './db';
import { eventHash, GENESIS } from './event-hash';

/** A step as the record has it: its events, and the case right after it. */
export interface RecordedStep {
  events: RecordedEvent[];
  recordedAt: string;
  after: CaseRecord;
}

/** All that is recorded of a case, folded. A case whose chain has a fault is folded no further than that. */
export interface CaseChain {
  caseId: string;
  steps: RecordedStep[];
  /** What is wrong with the chain, in one clause: then nothing may be derived from it. */
  fault?: string;
}

/**
 * Reads the whole chains of some cases and checks them: no event is missing in between, each holds what it was written
 * with, and each follows the one before it. A case without events has a fault as well.
 */
export async function readChains(db: Db, caseIds: readonly string[]): Promise<CaseChain[]> {
  const { rows } = await db.query<EventRow>({
    name: 'readChains',
    text: `select case_id as "caseId", seq, type, effective_on as "effectiveOn", recorded_at as "recordedAt", actor, on_behalf_of as "onBehalfOf",
                  command_id as "commandId", data, prev_hash as "prevHash", hash
             from case_event where case_id = any($1) order by case_id, seq`,
    values: [caseIds],
  });
  const byCase = new Map<string, EventRow[]>(caseIds.map((caseId) => [caseId, []]));
  for (const row of rows) byCase.get(row.caseId)?.push(row);
  const chains = caseIds.map((caseId) => chainOf(caseId, byCase.get(caseId) ?? []));
  const known = await knownVersions(db, caseIds);
  return chains.map((chain) => (chain.fault === undefined ? withTail(chain, known.get(chain.caseId) ?? 0) : chain));
}

interface EventRow {
  caseId: string;
  seq: number;
  type: string;
  effectiveOn: string;
  /** A number is what the driver makes of `infinity`: the service never wrote that. */
  recordedAt: Date | number;
  actor: string | null;
  onBehalfOf: string | null;
  commandId: string | null;
  data: Record<string, unknown>;
  prevHash: Buffer;
  hash: Buffer;
}

function chainOf(caseId: string, rows: readonly EventRow[]): CaseChain {
  const steps: RecordedStep[] = [];
  const broken = (fault: string) => ({ caseId, steps, fault });
  if (rows.length === 0) return broken('it has no events');
  let prevHash: Buffer = GENESIS;
  let record: CaseRecord | null = null;
  let events: RecordedEvent[] = [];
  for (const [index, row] of rows.entries()) {
    const fault = faultOf(row, index + 1, prevHash);
    if (fault !== undefined) return broken(fault);
    prevHash = row.hash;
    const event = eventOf(row);
    events.push(event);
    try {
      record = applyEvent(record, event);
    } catch (error) {
      return broken(`event ${row.seq} cannot follow those before it (${error instanceof Error ? error.message : String(error)})`);
    }
    if (!event.awaiting && index + 1 < rows.length) continue; // what is awaited stands on the last event of each step
    steps.push({ events, recordedAt: event.recordedAt, after: record });
    events = [];
  }
  return { caseId, steps };
}

function faultOf(row: EventRow, seq: number, prevHash: Buffer): string | undefined {
  if (row.seq !== seq) return `event ${seq} is missing`;
  if (!row.prevHash.equals(prevHash)) return `event ${seq} does not follow the one before it`;
  const { hash, prevHash: _before, recordedAt, ...content } = row;
  return hash.equals(eventHash(prevHash, { ...content, recordedAt: textOf(recordedAt) })) ? undefined : `event ${seq} is not what was written`;
}

function eventOf({ caseId, prevHash, hash, recordedAt, data, ...row }: EventRow): RecordedEvent {
  return { ...data, ...row, recordedAt: textOf(recordedAt) } as RecordedEvent;
}

function textOf(recordedAt: EventRow['recordedAt']): string {
  return typeof recordedAt === 'number' ? String(recordedAt) : recordedAt.toISOString();
}

/** A chain that was cut short at its end shows no gap; what was answered from it does. */
function withTail(chain: CaseChain, knownVersion: number): CaseChain {
  const end = chain.steps.at(-1)?.after.version ?? 0;
  return knownVersion > end ? { ...chain, fault: `its events end at ${end}, but version ${knownVersion} was once answered` } : chain;
}

/** The highest version that commands were answered with, or that the read model has in both of its places. */
async function knownVersions(db: Db, caseIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await db.query<{ id: string; version: number }>({
    name: 'knownVersions',
    text: `select id, max(version) as version from (
             select case_id as id, max(result_version) as version from command where case_id = any($1) and state = 'accepted' group by case_id
             union all
             select id, least(version, (record->>'version')::bigint) from public.hardship_case where id = any($1)
           ) answered group by id`,
    values: [caseIds],
  });
  return new Map(rows.map(({ id, version }) => [id, version]));
}

/** Below every id: a page without a beginning would be another query, and one for both is planned as a walk from the start. */
export const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Ids of all cases, by id: those that have events and those that have a row. Keyset pages; a page that is not full is the last.
 */
export async function listCaseIds(db: Db, after: string | null, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>({
    name: 'listCaseIds',
    text: `(select case_id as id from case_event where case_id > $1 group by case_id order by case_id limit $2)
           union (select id from public.hardship_case where id > $1 order by id limit $2) order by id limit $2`,
    values: [after ?? BEFORE_ALL, limit],
  });
  return rows.map(({ id }) => id);
}
