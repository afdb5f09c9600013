import type { Db } from './db';

/** An entry of a chain as it stands: what it holds, what it was hashed with, and its place. */
export interface ChainLink {
  chain: string;
  seq: number;
  /** What goes into the hash, the number included. */
  content: Record<string, unknown>;
  prevHash: Buffer;
  hash: Buffer;
}

/** Where a page of links ended; the next one begins behind it. */
export type LinkPlace = Pick<ChainLink, 'chain' | 'seq'>;

/** Some chains: those between two names (the second is not one of them), or the ones that are named. */
export type ChainRange = { from: string; to: string } | { chains: readonly string[] };

const EVENT = 'event:';
const LOWEST = '00000000-0000-0000-0000-000000000000';

// Whoever changed a row may have left there what no entry ever had: it must be told as any other change, not keep all the rest from being
// looked at. So instants come as their text, to the last digit, and numbers no larger than can be counted to.
const instant = (column: string) => `case when isfinite(${column}) then to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') else ${column}::text end`;
const counted = (column: string) => `greatest(least(${column}, ${Number.MAX_SAFE_INTEGER}), ${Number.MIN_SAFE_INTEGER})`;
/** As the service writes them, with milliseconds; of one that has more than these all of it stays. */
const asWritten = (text: string) => text.replace(/000$/, 'Z');
/** Behind all numbers of a chain that cannot be counted to: one of them is enough to tell of. */
const behind = (seq: number) => (seq === Number.MAX_SAFE_INTEGER ? '9223372036854775807' : seq);

/** Links of case events by chain and number; `range` names cases by `event:<id>`. */
export async function listEventLinks(db: Db, range: ChainRange, after: LinkPlace | undefined, limit: number): Promise<ChainLink[]> {
  const caseOf = (chain: string) => chain.slice(EVENT.length);
  const isNamed = 'chains' in range;
  const { rows } = await db.query<EventRow>({
    name: `listEventLinks(${isNamed})`,
    text: `select case_id as "caseId", ${counted('seq')} as seq, type, effective_on as "effectiveOn", ${instant('recorded_at')} as "recordedAt", actor, on_behalf_of as "onBehalfOf",
                  command_id as "commandId", data, prev_hash as "prevHash", hash
             from case_event where ${isNamed ? 'case_id = any($4::uuid[])' : 'case_id >= $4 and case_id <= $5'} and (case_id, seq) > ($1, $2) order by case_id, case_event.seq limit $3`,
    values: [after ? caseOf(after.chain) : LOWEST, after ? behind(after.seq) : 0, limit, ...(isNamed ? [range.chains.map(caseOf)] : [caseOf(range.from), caseOf(range.to)])],
  });
  return rows.map(({ prevHash, hash, recordedAt, ...event }) => ({ chain: `${EVENT}${event.caseId}`, seq: event.seq, content: { ...event, recordedAt: asWritten(recordedAt) }, prevHash, hash }));
}

/** Links of the audit by chain and number. */
export async function listAuditLinks(db: Db, range: ChainRange, after: LinkPlace | undefined, limit: number): Promise<ChainLink[]> {
  const isNamed = 'chains' in range;
  const { rows } = await db.query<AuditRow>({
    name: `listAuditLinks(${isNamed})`,
    text: `select chain, ${counted('seq')} as seq, ${instant('at')} as at, kind, actor_kind as "actorKind", actor, on_behalf_of as "onBehalfOf", org_id as "orgId", operation, case_id as "caseId",
                  case_ids as "caseIds", outcome, code, request_id as "requestId", address, details, prev_hash as "prevHash", hash
             from audit_entry where ${isNamed ? 'chain = any($4)' : 'chain >= $4 and chain < $5'} and (chain, seq) > ($1, $2) order by chain, audit_entry.seq limit $3`,
    values: [after?.chain ?? '', after ? behind(after.seq) : 0, limit, ...(isNamed ? [range.chains] : [range.from, range.to])],
  });
  return rows.map(({ prevHash, hash, at, ...entry }) => ({ chain: entry.chain, seq: entry.seq, content: { ...entry, at: asWritten(at) }, prevHash, hash }));
}

/** The ends of audit chains, as whoever appends to them goes on from. */
export async function listAuditHeads(db: Db, range: ChainRange): Promise<{ chain: string; seq: number; hash: string }[]> {
  const isNamed = 'chains' in range;
  const { rows } = await db.query<{ chain: string; seq: number; hash: string }>({
    name: `listAuditHeads(${isNamed})`,
    text: `select chain, ${counted('seq')} as seq, encode(hash, 'hex') as hash from audit_chain where ${isNamed ? 'chain = any($1)' : 'chain >= $1 and chain < $2'}`,
    values: isNamed ? [range.chains] : [range.from, range.to],
  });
  return rows;
}

/** The highest version of each case that a command was answered with, by the name of its chain. */
export async function listAnsweredVersions(db: Db, range: ChainRange): Promise<{ chain: string; seq: number }[]> {
  const caseOf = (chain: string) => chain.slice(EVENT.length);
  const isNamed = 'chains' in range;
  const { rows } = await db.query<{ chain: string; seq: number }>({
    name: `listAnsweredVersions(${isNamed})`,
    text: `select 'event:' || case_id as chain, ${counted('max(result_version)')} as seq from command
            where state = 'accepted' and ${isNamed ? 'case_id = any($1::uuid[])' : 'case_id >= $1 and case_id <= $2'} group by case_id`,
    values: isNamed ? [range.chains.map(caseOf)] : [caseOf(range.from), caseOf(range.to)],
  });
  return rows;
}

/** Chains with entries since an instant, of both kinds. */
export async function listMovedChains(db: Db, since: Date): Promise<string[]> {
  const { rows } = await db.query<{ chain: string }>({
    name: 'listMovedChains',
    text: `select distinct 'event:' || case_id as chain from case_event where recorded_at >= $1 union select distinct chain from audit_entry where at >= $1`,
    values: [since],
  });
  return rows.map(({ chain }) => chain);
}

interface EventRow extends Record<string, unknown> {
  caseId: string;
  seq: number;
  recordedAt: string;
  prevHash: Buffer;
  hash: Buffer;
}

interface AuditRow extends Record<string, unknown> {
  chain: string;
  seq: number;
  at: string;
  prevHash: Buffer;
  hash: Buffer;
}
