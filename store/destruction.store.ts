import type { Reach } from '../access/relations';
import type { PlainDate } from '../domain/calendar-date';
import { caseInReach, reachName } from './case-reach';
import type { KnownCase } from './case.store';
import type { ChainRange } from './chain-walk.store';
import type { Db } from './db';

export const DESTRUCTION_STATES = ['proposed', 'rejected', 'approved', 'completed'] as const;
export type DestructionState = (typeof DESTRUCTION_STATES)[number];

/** The destruction of a case's personal data, from its proposal on. */
export interface Destruction {
  id: string;
  caseId: string;
  state: DestructionState;
  proposedBy: string;
  /** Whom they stood in for. */
  proposedFor: string | null;
  proposedAt: Date;
  decidedBy: string | null;
  decidedFor: string | null;
  decidedAt: Date | null;
  completedAt: Date | null;
  /** Where sealed contents lay in the document store; null before the approval. */
  addresses: string[] | null;
}

const COLUMNS = `id, case_id as "caseId", state, proposed_by as "proposedBy", proposed_for as "proposedFor", proposed_at as "proposedAt",
  decided_by as "decidedBy", decided_for as "decidedFor", decided_at as "decidedAt", completed_at as "completedAt", addresses`;

/** @returns undefined where one is open, or has been carried out: a case is proposed once at a time, and destroyed once */
export async function insertDestruction(db: Db, { id, caseId, proposedBy, proposedFor }: { id: string; caseId: string; proposedBy: string; proposedFor: string | null }): Promise<Destruction | undefined> {
  const { rows } = await db.query<Destruction>(
    `insert into destruction (id, case_id, state, proposed_by, proposed_for) values ($1, $2, 'proposed', $3, $4)
     on conflict (case_id) where state <> 'rejected' do nothing returning ${COLUMNS}`,
    [id, caseId, proposedBy, proposedFor],
  );
  return rows[0];
}

/** The latest destruction of a case, rejected ones included. */
export async function findDestruction(db: Db, caseId: string): Promise<Destruction | undefined> {
  const { rows } = await db.query<Destruction>(`select ${COLUMNS} from destruction where case_id = $1 order by proposed_at desc, (state <> 'rejected') desc limit 1`, [caseId]);
  return rows[0];
}

/** That destruction, locked until the transaction ends. */
export async function lockDestruction(db: Db, id: string): Promise<Destruction | undefined> {
  const { rows } = await db.query<Destruction>(`select ${COLUMNS} from destruction where id = $1 for update`, [id]);
  return rows[0];
}

interface Decision {
  id: string;
  decidedBy: string;
  decidedFor: string | null;
}

/** @returns undefined where it is not open any more */
export async function rejectDestruction(db: Db, { id, decidedBy, decidedFor }: Decision): Promise<Destruction | undefined> {
  const { rows } = await db.query<Destruction>(
    `update destruction set state = 'rejected', decided_by = $2, decided_for = $3, decided_at = now() where id = $1 and state = 'proposed' returning ${COLUMNS}`,
    [id, decidedBy, decidedFor],
  );
  return rows[0];
}

/** The data are gone with the same transaction; what remains is to remove these contents from the document store. */
export async function approveDestruction(db: Db, { id, decidedBy, decidedFor }: Decision, addresses: readonly string[]): Promise<void> {
  await db.query(`update destruction set state = 'approved', decided_by = $2, decided_for = $3, decided_at = now(), addresses = $4 where id = $1`, [id, decidedBy, decidedFor, addresses]);
}

/** A destruction of which contents may still lie in the document store. */
export interface Unfinished extends Pick<Destruction, 'id' | 'caseId'> {
  addresses: readonly string[];
}

/**
 * A page of destructions of which contents may still lie in the document store, by id, and not those of the last `ageSeconds`.
 * @param after id of the last one of the page before; null to begin
 */
export async function listUnfinished(db: Db, ageSeconds: number, after: string | null, limit: number): Promise<Unfinished[]> {
  const { rows } = await db.query<Unfinished>(
    `select id, case_id as "caseId", addresses from destruction where state = 'approved' and decided_at < now() - make_interval(secs => $1) and ($2::uuid is null or id > $2) order by id limit $3`,
    [ageSeconds, after, limit],
  );
  return rows;
}

/** Nothing is left of it. Two who say so say the same. */
export async function completeDestruction(db: Db, id: string): Promise<void> {
  await db.query(`update destruction set state = 'completed', completed_at = now() where id = $1 and state = 'approved'`, [id]);
}

/** A certificate as it is kept. */
export interface StoredCertificate {
  number: string;
  content: Record<string, unknown>;
  sha256: Buffer;
  issuedAt: Date;
}

export async function insertCertificate(db: Db, { caseId, destructionId, number, content, sha256 }: Omit<StoredCertificate, 'issuedAt'> & { caseId: string; destructionId: string }): Promise<void> {
  await db.query('insert into destruction_certificate (case_id, destruction_id, number, content, sha256) values ($1, $2, $3, $4, $5)', [caseId, destructionId, number, JSON.stringify(content), sha256]);
}

export async function findCertificate(db: Db, caseId: string): Promise<StoredCertificate | undefined> {
  const { rows } = await db.query<StoredCertificate>('select number, content, sha256, issued_at as "issuedAt" from destruction_certificate where case_id = $1', [caseId]);
  return rows[0];
}

/** Certificates of cases by the names of their chains, `event:<case id>`; both ends of a range are of it. */
export async function listCertificates(db: Db, range: ChainRange): Promise<(Omit<StoredCertificate, 'sha256' | 'issuedAt'> & { chain: string; sha256: string })[]> {
  const caseOf = (chain: string) => chain.slice('event:'.length);
  const isNamed = 'chains' in range;
  const { rows } = await db.query<Omit<StoredCertificate, 'sha256' | 'issuedAt'> & { chain: string; sha256: string }>({
    name: `listCertificates(${isNamed})`,
    text: `select 'event:' || case_id as chain, number, content, encode(sha256, 'hex') as sha256 from destruction_certificate
            where ${isNamed ? 'case_id = any($1::uuid[])' : 'case_id between $1 and $2'} order by case_id`,
    values: isNamed ? [range.chains.map(caseOf)] : [caseOf(range.from), caseOf(range.to)],
  });
  return rows;
}

/**
 * Cases within somebody's reach that need not be kept any more, by number: files whose retention is over, and applications without a
 * file that ended `years` ago, each by its own clock. Keyset pages.
 */
export async function listKeptLongEnough(db: Db, reach: Reach, { years, after, limit }: { years: number; after: string; limit: number }): Promise<KnownCase[]> {
  if (reach.unions.length === 0) return [];
  const { rows } = await db.query<KnownCase>({
    name: `listKeptLongEnough(${reachName(reach)})`,
    text: `with candidate as (
             select id from hardship_case where state = 'closed' and retention_ends_on is null and record ->> 'destroyedOn' is null
              union
             select id from hardship_case where retention_ends_on < current_date
              union
             select case_id from case_event where type in ('caseRejected', 'applicationWithdrawn') and effective_on < current_date - make_interval(years => $2)
              union
             select case_id from case_runtime where is_simulated
           )
           select c.record, k.clock_offset_ms as "clockOffsetMs", k.reference_digest as "referenceDigest"
             from candidate join hardship_case c using (id) join case_runtime k on k.case_id = c.id
             cross join lateral (select ((now() + make_interval(secs => k.clock_offset_ms / 1000.0)) at time zone 'Asia/Shanghai')::date as today) clock
            where c.number > $3 and c.record ->> 'destroyedOn' is null and ${caseInReach(reach, '$1::text', 'c')}
              and case c.state
                    when 'closed' then (c.record #>> '{hardshipFile,retentionEndsOn}')::date < clock.today
                    else c.state in ('rejected', 'withdrawn') and exists (
                      select from case_event e where e.case_id = c.id and e.type in ('caseRejected', 'applicationWithdrawn') and e.effective_on + make_interval(years => $2) < clock.today)
                  end
            order by c.number limit $4`,
    values: [reach.orgPath, years, after, limit],
  });
  return rows;
}

/** Day on which an application ended without a file; null where it has not. */
export async function findApplicationEnd(db: Db, caseId: string): Promise<PlainDate | null> {
  const { rows } = await db.query<{ endedOn: PlainDate | null }>(
    `select max(effective_on) as "endedOn" from case_event where case_id = $1 and type in ('caseRejected', 'applicationWithdrawn')`,
    [caseId],
  );
  return rows[0]?.endedOn ?? null;
}

/** In what a case is started with (store/case-opening.store.ts): the case that it follows, as its first fact has it. */
const FOLLOWS = `o.start #>> '{opening,facts,0,previousCaseId}'`;

/** Numbers of the cases that followed this one and go on, those included that are written down and not in the record yet. */
export async function listOpenSuccessors(db: Db, caseId: string, endedStates: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ number: string }>(
    `with recursive later as (
       select id, number, state from hardship_case where (record ->> 'previousCaseId')::uuid = $1 and record ->> 'previousCaseId' is not null
        union
       select c.id, c.number, c.state from later join hardship_case c on (c.record ->> 'previousCaseId')::uuid = later.id and c.record ->> 'previousCaseId' is not null
     )
     select number from later where state <> all($2)
      union
     select o.start #>> '{opening,facts,0,number}' from (select $1::uuid as id union select id from later) line
       join case_opening o on (${FOLLOWS})::uuid = line.id and ${FOLLOWS} is not null
      where not exists (select from hardship_case c where c.id = o.case_id)
      order by number`,
    [caseId, endedStates],
  );
  return rows.map(({ number }) => number);
}
