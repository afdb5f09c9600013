import { escapeIdentifier, type Pool, type PoolClient } from 'pg';
import { lockRecord } from './case-step.store';
import { transaction, type Db } from './db';
import { readChains, type CaseChain } from './event-chain.store';
import { OUTWARD_TABLES, recordOutward, saveReadModel, syncTasks } from './read-model.store';
import { taskHistory, type PastTask } from './task-history';

/** How a case's read model differs from the fold of its events: the table, and what of it. */
export interface Difference {
  caseId: string;
  table: string;
  what: string;
}

/** What a look at some cases found. */
export interface Comparison {
  differences: Difference[];
  /** Cases from whose events nothing may be derived, and why. */
  broken: { caseId: string; fault: string }[];
}

/** Held, together with the case, by whoever rebuilds it: two who find its row gone would have no row to wait at. */
const REBUILD_LOCK = 4_201_108;

/**
 * Tables of the same names and shapes that only this connection sees, before the real ones: what the steps' own code
 * writes on it lands there. So the fold is made by exactly the code that writes steps, and costs the record nothing.
 *
 * The connection serves for comparing only; release it with `release(true)`.
 */
export async function openShadow(pool: Pool): Promise<PoolClient> {
  const db = await pool.connect();
  try {
    for (const table of ['hardship_case', 'task', ...OUTWARD_TABLES]) {
      const name = escapeIdentifier(table);
      await db.query(`create temporary table ${name} (like public.${name} including defaults including indexes) on commit delete rows`);
    }
    return db;
  } catch (error) {
    db.release(true);
    throw error;
  }
}

/**
 * Folds some cases anew and compares the outcome with the read model, byte by byte. Reads one moment of the database, so
 * that steps that are written meanwhile are seen whole or not at all; takes no lock.
 *
 * @param shadow from {@link openShadow}
 */
export async function compareCases(shadow: PoolClient, caseIds: readonly string[]): Promise<Comparison> {
  await shadow.query('begin isolation level repeatable read');
  try {
    const chains = await readChains(shadow, caseIds);
    const sound = chains.filter(({ fault }) => fault === undefined);
    for (const chain of sound) await foldInto(shadow, chain);
    await insertTasks(shadow, sound.flatMap(({ caseId, steps }) => taskHistory(caseId, steps)));
    const ids = sound.map(({ caseId }) => caseId);
    const differences = [...(await casesThatDiffer(shadow, ids)), ...(await tasksThatDiffer(shadow, ids))];
    for (const table of OUTWARD_TABLES) differences.push(...(await outwardThatDiffers(shadow, table, ids)));
    await shadow.query('commit'); // which empties the shadow
    return { differences, broken: chains.flatMap(({ caseId, fault }) => (fault === undefined ? [] : [{ caseId, fault }])) };
  } catch (error) {
    await shadow.query('rollback').catch(() => undefined); // the connection may be gone; the first error says why
    throw error;
  }
}

/**
 * Writes a case's read model anew from its events, while the case may go on: takes the lock that every step takes. Who has
 * claimed a task keeps it.
 *
 * @returns what is wrong with the case's events, when nothing was written because of it
 */
export async function rebuildCase(pool: Pool, caseId: string): Promise<string | undefined> {
  return transaction(pool, async (db) => {
    await db.query('select pg_advisory_xact_lock($1, hashtext($2))', [REBUILD_LOCK, caseId]);
    await lockRecord(db, caseId);
    const [chain] = await readChains(db, [caseId]);
    const last = chain?.steps.at(-1);
    if (!chain || !last || chain.fault !== undefined) return chain?.fault ?? 'it has no events';
    await db.query('delete from disbursement_item where disbursement_id in (select id from disbursement where case_id = $1)', [caseId]);
    for (const table of OUTWARD_TABLES) {
      if (table !== 'disbursement_item') await db.query(`delete from ${escapeIdentifier(table)} where case_id = $1`, [caseId]);
    }
    await foldInto(db, chain);
    await insertTasks(db, taskHistory(caseId, chain.steps));
    await syncTasks(db, last.after, last.recordedAt);
    return undefined;
  });
}

async function foldInto(db: Db, { steps }: CaseChain): Promise<void> {
  for (const { after, events } of steps) for (const event of events) await recordOutward(db, after, event);
  const last = steps.at(-1);
  if (last) await saveReadModel(db, last.after);
}

/** Enters tasks that are missing and sets right what they say and whether they are open; holder and version are nobody's to derive. */
async function insertTasks(db: Db, tasks: readonly PastTask[]): Promise<void> {
  await db.query({
    name: 'insertTasks',
    text: `insert into task (id, case_id, case_number, command, kind, role, org_id, since, due_on, closed_at, version)
           select id, "caseId", "caseNumber", command, kind, role, "orgId", since, "dueOn", "closedAt", case when "closedAt" is null then 1 else 2 end
             from jsonb_to_recordset($1::jsonb) as t (id uuid, "caseId" uuid, "caseNumber" text, command text, kind text, role text, "orgId" text, since date, "dueOn" date, "closedAt" timestamptz)
           on conflict (id) do update set case_id = excluded.case_id, case_number = excluded.case_number, command = excluded.command, kind = excluded.kind, role = excluded.role,
             org_id = excluded.org_id, since = excluded.since, due_on = excluded.due_on,
             closed_at = case when excluded.closed_at is null then null else coalesce(task.closed_at, excluded.closed_at) end, version = task.version + 1
             where (task.case_id, task.case_number, task.command, task.kind, task.role, task.org_id, task.since, task.due_on, task.closed_at is null)
               is distinct from (excluded.case_id, excluded.case_number, excluded.command, excluded.kind, excluded.role, excluded.org_id, excluded.since, excluded.due_on, excluded.closed_at is null)`,
    values: [JSON.stringify(tasks)],
  });
}

/** Rows of cases that are missing or not, to the byte, what the events make of them; `what` names the columns. */
async function casesThatDiffer(shadow: PoolClient, caseIds: readonly string[]): Promise<Difference[]> {
  const { rows } = await shadow.query<{ caseId: string; columns: string[] | null }>({
    name: 'casesThatDiffer',
    text: `select s.id as "caseId",
                  (select array_agg(f.key order by f.key) from jsonb_each(to_jsonb(s)) f where r.id is not null and f.value is distinct from to_jsonb(r)->f.key) as columns
             from pg_temp.hardship_case s left join public.hardship_case r on r.id = s.id
            where s.id = any($1) and (r.id is null or s::text <> r::text)`,
    values: [caseIds],
  });
  return rows.map(({ caseId, columns }) => ({ caseId, table: 'hardship_case', what: columns ? `other ${columns.join(', ')}` : 'the row is missing' }));
}

async function tasksThatDiffer(shadow: PoolClient, caseIds: readonly string[]): Promise<Difference[]> {
  const { rows } = await shadow.query<Omit<Difference, 'table'>>({
    name: 'tasksThatDiffer',
    text: `select s.case_id as "caseId",
                  case when r.id is null then 'missing ' when s.closed_at is null and r.closed_at is not null then 'closed although awaited '
                       when s.closed_at is not null and r.closed_at is null then 'open although nobody awaits it ' else 'other than awaited ' end || s.command as what
             from pg_temp.task s left join public.task r on r.id = s.id
            where r.id is null or (s.case_id, s.case_number, s.command, s.kind, s.role, s.org_id, s.since, s.due_on, s.closed_at is null)
               is distinct from (r.case_id, r.case_number, r.command, r.kind, r.role, r.org_id, r.since, r.due_on, r.closed_at is null)
            union all
           select r.case_id, 'open although nobody awaits it ' || r.command
             from public.task r where r.case_id = any($1) and r.closed_at is null and not exists (select 1 from pg_temp.task s where s.id = r.id)`,
    values: [caseIds],
  });
  return rows.map((row) => ({ ...row, table: 'task' }));
}

async function outwardThatDiffers(shadow: PoolClient, table: (typeof OUTWARD_TABLES)[number], caseIds: readonly string[]): Promise<Difference[]> {
  const name = escapeIdentifier(table);
  // An item of a disbursement belongs to the disbursement's case.
  const rowsIn = (schema: string) =>
    table === 'disbursement_item'
      ? `select d.case_id, t::text as line from ${schema}.${name} t join ${schema}.disbursement d on d.id = t.disbursement_id where d.case_id = any($1)`
      : `select t.case_id, t::text as line from ${schema}.${name} t where t.case_id = any($1)`;
  const { rows } = await shadow.query<{ caseId: string; isMissing: boolean; n: number }>({
    name: `outward ${table}`,
    text: `with derived as (${rowsIn('pg_temp')}), kept as (${rowsIn('public')})
           select case_id as "caseId", missing as "isMissing", count(*) as n from (
             select case_id, true as missing from (select * from derived except all select * from kept) m
             union all select case_id, false from (select * from kept except all select * from derived) w
           ) d group by case_id, missing`,
    values: [caseIds],
  });
  return rows.map(({ caseId, isMissing, n }) => ({ caseId, table, what: isMissing ? `${n} missing or changed` : `${n} that no event wrote` }));
}
