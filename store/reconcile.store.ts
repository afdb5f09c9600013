import type { Pool, PoolClient } from 'pg';
import { ENDED_STATES } from '../domain/case-facts';
import type { Awaited } from '../domain/case-facts';
import type { Db } from './db';
import { BEFORE_ALL } from './event-chain.store';

/** A workflow that the engine calls running; `caseId` is null where its id names no case. */
export interface RunningWorkflow {
  workflowId: string;
  caseId: string | null;
}

/**
 * A place for what runs in the engine, which only this connection sees: a million ids are compared in the database and
 * not in our memory. Release the connection with `release(true)`.
 */
export async function openInventory(pool: Pool): Promise<PoolClient> {
  const db = await pool.connect();
  try {
    await db.query('create temporary table running_workflow (workflow_id text primary key, case_id uuid)');
    return db;
  } catch (error) {
    db.release(true);
    throw error;
  }
}

export async function noteRunning(inventory: PoolClient, workflows: readonly RunningWorkflow[]): Promise<void> {
  await inventory.query(
    `insert into running_workflow (workflow_id, case_id) select * from unnest($1::text[], $2::uuid[]) on conflict do nothing`,
    [workflows.map(({ workflowId }) => workflowId), workflows.map(({ caseId }) => caseId)],
  );
}

/** To be called once all is noted, before the questions. */
export async function inventoryIsComplete(inventory: PoolClient): Promise<void> {
  await inventory.query('create index on running_workflow (case_id)');
  await inventory.query('analyze running_workflow');
}

/** Open cases that are not noted as running; keyset pages by id. */
export async function listCasesNotRunning(inventory: PoolClient, after: string | null, limit: number): Promise<string[]> {
  const { rows } = await inventory.query<{ id: string }>(
    `select id from hardship_case c where state <> all($1) and id > $2
        and not exists (select 1 from running_workflow r where r.case_id = c.id) order by id limit $3`,
    [ENDED_STATES, after ?? BEFORE_ALL, limit],
  );
  return rows.map(({ id }) => id);
}

/** Running workflows of which the record knows nothing: no row, no event, and no application that is being opened. */
export async function listWorkflowsWithoutCase(inventory: PoolClient, after: string | null, limit: number): Promise<RunningWorkflow[]> {
  const { rows } = await inventory.query<RunningWorkflow>(
    `select workflow_id as "workflowId", case_id as "caseId" from running_workflow r
      where workflow_id > $1 and (case_id is null or ${UNKNOWN('r.case_id')}) order by workflow_id limit $2`,
    [after ?? '', limit],
  );
  return rows;
}

/** Whether the record knows anything at all of a case. */
export async function isKnownCase(db: Db, caseId: string): Promise<boolean> {
  const { rows } = await db.query<{ isUnknown: boolean }>(`select ${UNKNOWN('$1::uuid')} as "isUnknown"`, [caseId]);
  return rows[0]?.isUnknown === false;
}

const UNKNOWN = (id: string) => `(not exists (select 1 from hardship_case where id = ${id})
  and not exists (select 1 from case_opening where case_id = ${id}) and not exists (select 1 from case_event where case_id = ${id}))`;

/** What a case awaits and which tasks of it are open, both of one moment. */
export interface AwaitedAndOpen {
  caseId: string;
  number: string;
  awaiting: Awaited[];
  openTasks: string[];
}

export async function listAwaitedAndOpen(db: Db, after: string | null, limit: number): Promise<AwaitedAndOpen[]> {
  const { rows } = await db.query<AwaitedAndOpen>({
    name: 'listAwaitedAndOpen',
    text: `with page as (select id, number, record->'awaiting' as awaiting from hardship_case where id > $1 order by id limit $2)
           select id as "caseId", number, awaiting, array(select t.id::text from task t where t.case_id = page.id and t.closed_at is null) as "openTasks" from page order by id`,
    values: [after ?? BEFORE_ALL, limit],
  });
  return rows;
}

/** Cases that were started and whose row is gone. `hasEvents`: whether it can be made from them again. */
export async function listCasesWithoutRow(db: Db, after: string | null, limit: number): Promise<{ caseId: string; hasEvents: boolean }[]> {
  const { rows } = await db.query<{ caseId: string; hasEvents: boolean }>(
    `select o.case_id as "caseId", exists (select 1 from case_event e where e.case_id = o.case_id) as "hasEvents" from case_opening o
      where o.started_at is not null and o.case_id > $1
        and not exists (select 1 from hardship_case c where c.id = o.case_id) order by o.case_id limit $2`,
    [after ?? BEFORE_ALL, limit],
  );
  return rows;
}

/** Open tasks of cases that do not exist. */
export async function listTasksWithoutCase(db: Db, limit: number): Promise<{ taskId: string; caseId: string }[]> {
  const { rows } = await db.query<{ taskId: string; caseId: string }>(
    `select id as "taskId", case_id as "caseId" from task t where closed_at is null and ${UNKNOWN('t.case_id')} order by id limit $1`,
    [limit],
  );
  return rows;
}

/** Closes an open task of a case that does not exist. */
export async function closeTaskWithoutCase(db: Db, taskId: string): Promise<void> {
  await db.query(`update task t set closed_at = now(), version = version + 1 where id = $1 and closed_at is null and ${UNKNOWN('t.case_id')}`, [taskId]);
}
