import type { PoolClient, QueryConfig } from 'pg';
import type { Db } from './db';

/** A checkpoint as the record knows it. */
export interface KnownCheckpoint {
  n: number;
  at: Date;
  /** Digest of its closing line. */
  hash: Buffer;
}

/** End of a chain; `event:<case id>` is that of a case's events, every other one is of the audit. */
export interface Head {
  chain: string;
  seq: number;
  /** In hex. */
  hash: string;
}

const CHECKPOINT_LOCK = 4_201_110;
/** Over a million cases a statement may take longer than any that a person waits for. */
const PATIENCE_MS = 3_600_000;

/** Whether this connection may write the next checkpoint; it keeps the right until it is closed. */
export async function takeCheckpointLock(db: PoolClient): Promise<boolean> {
  const { rows } = await db.query<{ isMine: boolean }>('select pg_try_advisory_lock($1) as "isMine"', [CHECKPOINT_LOCK]);
  return rows[0]?.isMine === true;
}

export async function findLastCheckpoint(db: Db): Promise<KnownCheckpoint | undefined> {
  const { rows } = await db.query<KnownCheckpoint>(`select least(n, ${Number.MAX_SAFE_INTEGER}) as n, at, hash from audit_checkpoint order by audit_checkpoint.n desc limit 1`);
  return rows[0];
}

/**
 * Takes over the heads of all chains that have grown since the checkpoint before, as those of checkpoint `n`. A head that
 * went back, or is another one than before, is left as it was known: it is evidence.
 *
 * @param since chains without an entry since then have not grown; null: every chain is looked at
 */
export async function advanceHeads(db: Db, n: number, since: Date | null): Promise<void> {
  await db.query(
    patient(
      `insert into audit_checkpoint_head as known (chain, seq, hash, checkpoint)
           select 'event:' || moved.case_id, head.seq, head.hash, $1::bigint
             from (select distinct case_id from case_event ${since ? 'where recorded_at >= $2' : ''}) moved
             cross join lateral (select seq, hash from case_event where case_id = moved.case_id order by seq desc limit 1) head
            union all
           select chain, seq, hash, $1 from audit_chain ${since ? 'where chain in (select distinct chain from audit_entry where at >= $2)' : ''}
           on conflict (chain) do update set seq = excluded.seq, hash = excluded.hash, checkpoint = excluded.checkpoint where known.seq < excluded.seq`,
      since ? [n, since] : [n],
    ),
  );
}

/** Makes all known heads those of checkpoint `n`: where what is kept outside of the record does not have them any more. */
export async function renewHeads(db: Db, n: number): Promise<void> {
  await db.query(patient('update audit_checkpoint_head set checkpoint = $1', [n]));
}

/** The driver knows a patience for each query; its types do not. */
function patient(text: string, values: unknown[]): QueryConfig {
  const query = { text, values, query_timeout: PATIENCE_MS };
  return query;
}

/** Heads of checkpoint `n`, by the name of their chain. */
export async function listHeadsOf(db: Db, n: number, after: string, limit: number): Promise<Head[]> {
  const { rows } = await db.query<Head>({
    name: 'listHeadsOf',
    text: `select chain, seq, encode(hash, 'hex') as hash from audit_checkpoint_head where checkpoint = $1 and chain > $2 order by chain limit $3`,
    values: [n, after, limit],
  });
  return rows;
}

/** A page of all heads in one text, each as a line of the digest (audit/checkpoint-lines.ts); undefined behind the last one. */
export async function textOfHeads(db: Db, after: string, limit: number): Promise<{ text: string; last: string; count: number } | undefined> {
  const { rows } = await db.query<{ text: string | null; last: string; count: number }>({
    name: 'textOfHeads',
    text: `select string_agg(chain || ' ' || seq || ' ' || encode(hash, 'hex') || e'\\n', '' order by chain) as text, max(chain) as last, count(*) as count
             from (select * from audit_checkpoint_head where chain > $1 order by chain limit $2) page`,
    values: [after, limit],
  });
  const [page] = rows;
  return page?.text == null ? undefined : { ...page, text: page.text };
}

/** The same page with the hashes that the chains themselves have there; null where an entry is gone. */
export async function listActualHeads(db: Db, after: string, limit: number): Promise<{ chain: string; seq: number; hash: string | null }[]> {
  const { rows } = await db.query<{ chain: string; seq: number; hash: string | null }>({
    name: 'listActualHeads',
    text: `select page.chain, least(page.seq, ${Number.MAX_SAFE_INTEGER}) as seq, encode(coalesce(event.hash, entry.hash), 'hex') as hash
             from (select chain, seq from audit_checkpoint_head where chain > $1 order by chain limit $2) page
             left join case_event event on event.case_id = case when page.chain ~ '^event:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then substr(page.chain, 7)::uuid end and event.seq = page.seq
             left join audit_entry entry on entry.chain = page.chain and entry.seq = page.seq
            order by page.chain`,
    values: [after, limit],
  });
  return rows;
}

export async function insertCheckpoint(db: Db, { n, at, hash, chains, changed }: KnownCheckpoint & { chains: number; changed: number }): Promise<void> {
  await db.query('insert into audit_checkpoint (n, at, hash, chains, changed) values ($1, $2, $3, $4, $5)', [n, at, hash, chains, changed]);
}
