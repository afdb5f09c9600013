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

/** Links of case events by chain and number; `range` names cases by `event:<id>`. */
export async function listEventLinks(db: Db, range: ChainRange, after: LinkPlace | undefined, limit: number): Promise<ChainLink[]> {
  const caseOf = (chain: string) => chain.slice(EVENT.length);
  const isNamed = 'chains' in range;
  const { rows } = await db.query<EventRow>({
    name: `listEventLinks(${isNamed})`,
    text: `select case_id as "caseId", seq, type, effective_on as "effectiveOn", recorded_at as "recordedAt", actor, on_behalf_of as "onBehalfOf",
                  command_id as "commandId", data, prev_hash as "prevHash", hash
             from case_event where ${isNamed ? 'case_id = any($4::uuid[])' : 'case_id >= $4 and case_id <= $5'} and (case_id, seq) > ($1, $2) order by case_id, seq limit $3`,
    values: [after ? caseOf(after.chain) : LOWEST, after?.seq ?? 0, limit, ...(isNamed ? [range.chains.map(caseOf)] : [caseOf(range.from), caseOf(range.to)])],
  });
  return rows.map(({ prevHash, hash, recordedAt, ...event }) => ({ chain: `${EVENT}${event.caseId}`, seq: event.seq, content: { ...event, recordedAt: recordedAt.toISOString() }, prevHash, hash }));
}

/** Links of the audit by chain and number. */
export async function listAuditLinks(db: Db, range: ChainRange, after: LinkPlace | undefined, limit: number): Promise<ChainLink[]> {
  const isNamed = 'chains' in range;
  const { rows } = await db.query<AuditRow>({
    name: `listAuditLinks(${isNamed})`,
    text: `select chain, seq, at, kind, actor_kind as "actorKind", actor, on_behalf_of as "onBehalfOf", org_id as "orgId", operation, case_id as "caseId",
                  case_ids as "caseIds", outcome, code, request_id as "requestId", address, details, prev_hash as "prevHash", hash
             from audit_entry where ${isNamed ? 'chain = any($4)' : 'chain >= $4 and chain < $5'} and (chain, seq) > ($1, $2) order by chain, seq limit $3`,
    values: [after?.chain ?? '', after?.seq ?? 0, limit, ...(isNamed ? [range.chains] : [range.from, range.to])],
  });
  return rows.map(({ prevHash, hash, at, ...entry }) => ({ chain: entry.chain, seq: entry.seq, content: { ...entry, at: at.toISOString() }, prevHash, hash }));
}

/** The ends of audit chains, as whoever appends to them goes on from. */
export async function listAuditHeads(db: Db, range: ChainRange): Promise<{ chain: string; seq: number; hash: string }[]> {
  const isNamed = 'chains' in range;
  const { rows } = await db.query<{ chain: string; seq: number; hash: string }>({
    name: `listAuditHeads(${isNamed})`,
    text: `select chain, seq, encode(hash, 'hex') as hash from audit_chain where ${isNamed ? 'chain = any($1)' : 'chain >= $1 and chain < $2'}`,
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
    text: `select 'event:' || case_id as chain, max(result_version) as seq from command
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
  recordedAt: Date;
  prevHash: Buffer;
  hash: Buffer;
}

interface AuditRow extends Record<string, unknown> {
  chain: string;
  seq: number;
  at: Date;
  prevHash: Buffer;
  hash: Buffer;
}
