import type { Pool } from 'pg';
import { getPrivate, type CasePrivate } from '../../store/case-private.store';
import { findBodies } from '../../store/command.store';
import type { RecordKeys } from '../../store/record-keys';
import { CaseSource, untilPaid } from '../case/case-source';
import type { BenchCase } from '../case/bench-case';
import { COMMANDS_PER_CASE, STAGES } from '../case/stages';
import { closedLoop } from '../load/closed-loop';
import type { Caller } from '../stack/caller';

/** The rows that one case has in each table, as JSON that PostgreSQL makes a row of again. */
export interface TemplateCase {
  caseId: string;
  number: string;
  rows: { table: string; json: string }[];
  /** What is sealed of it, opened: it belongs to this case, so every copy seals its own. */
  sealed: { personal: CasePrivate; commands: { row: object; body: object }[] };
}

/** Tables that hold a case without anything sealed, and the column that says whose row it is. */
const TABLES = [
  ['hardship_case', 'id'],
  ['case_runtime', 'case_id'],
  ['case_event', 'case_id'],
  ['task', 'case_id'],
] as const;

export const CASE_TABLES: readonly string[] = TABLES.map(([table]) => table);

/**
 * Real cases, made through the API: one after its first command, one after its second, and so on to the last one, which has come
 * to the money.
 *
 * @returns as many as a case has commands, the youngest first
 */
export async function templateCases(caller: Caller, pool: Pool, keys: RecordKeys): Promise<TemplateCase[]> {
  const cases = new CaseSource(caller).take(COMMANDS_PER_CASE);
  await closedLoop([...cases.entries()], 4, ([index, one]) => walk(one, index + 1));
  await untilPaid(cases.slice(-1));
  return Promise.all(cases.map((one) => rowsOf(pool, keys, one)));
}

/** Carries out the first `commands` of a case. */
async function walk(one: BenchCase, commands: number): Promise<void> {
  let left = commands;
  for (const [index, stage] of STAGES.entries()) {
    if (left > 0 && index > 0) await one.passNotice();
    for (const operation of stage.slice(0, Math.max(0, left))) await one.command(operation);
    left -= stage.length;
  }
}

async function rowsOf(pool: Pool, keys: RecordKeys, one: BenchCase): Promise<TemplateCase> {
  const rows: TemplateCase['rows'] = [];
  for (const [table, column] of TABLES) {
    const found = await pool.query<{ json: string }>(`select to_jsonb(t)::text as json from ${table} t where ${column} = $1`, [one.id]);
    rows.push(...found.rows.map(({ json }) => ({ table, json })));
  }
  return { caseId: one.id, number: one.current.number, rows, sealed: await sealedOf(pool, keys, one.id) };
}

async function sealedOf(pool: Pool, keys: RecordKeys, caseId: string): Promise<TemplateCase['sealed']> {
  const { rows } = await pool.query<{ id: string; row: object }>(`select id, to_jsonb(c) - 'body' as row from command c where case_id = $1`, [caseId]);
  const bodies = await findBodies(pool, keys, rows.map(({ id }) => id));
  return { personal: await getPrivate(pool, keys, caseId), commands: rows.map(({ id, row }) => ({ row, body: bodies.get(id) ?? {} })) };
}
