import type { Pool } from 'pg';
import { transaction } from '../../store/db';
import { taskIdOf } from '../../store/read-model.store';
import type { Awaited } from '../../domain/case-facts';
import type { RecordKeys } from '../../store/record-keys';
import { ID_TOKEN, NUMBER_TOKEN, placed, type Place } from './placed-template';
import { SealedCopies } from './sealed-copies';
import { CASE_TABLES, type TemplateCase } from './template-cases';

/** Of so many copies, each younger template gets one and the oldest, a case that is through to the money, all the rest: most cases rest. */
const CYCLE = 40;
/** Copies are numbered far from the templates' own numbers. */
const FIRST_NUMBER = 100_000;
const COPIES_AT_ONCE = 10_000;

/**
 * Loads copies of template cases in bulk, spread evenly over the places: read model, runtime, personal data, events, commands, tasks.
 *
 * Everything a reader sees is as the service itself would have written it, but for two things: the chain of hashes is that of the
 * template, and the engine does not know these cases.
 * @param from the place of the templates
 */
export async function loadCases(
  pool: Pool,
  keys: RecordKeys,
  { templates, from, places, count }: { templates: TemplateCase[]; from: Place; places: Place[]; count: number },
): Promise<void> {
  await pool.query('create schema if not exists bench');
  await pool.query('create table bench.template (template int, place int, table_name text, row_json text)');
  for (const [place, to] of places.entries()) {
    for (const [template, one] of templates.entries()) {
      await pool.query('insert into bench.template select $1, $2, * from unnest($3::text[], $4::text[])', [
        template,
        place,
        one.rows.map(({ table }) => table),
        one.rows.map(({ json }) => placed(json, one, from, to)),
      ]);
    }
  }
  await pool.query('create index on bench.template (table_name, place, template)');
  await pool.query('analyze bench.template');
  const sealed = new SealedCopies(keys, { templates, from, places, firstNumber: FIRST_NUMBER });
  for (let first = 1; first <= count; first += COPIES_AT_ONCE) {
    const last = Math.min(count, first + COPIES_AT_ONCE - 1);
    await copy(pool, { first, last, templates: templates.length, places: places.length });
    await sealed.write(pool, { first, last }, (n) => ({ place: n % places.length, template: Math.min(Math.floor(n / places.length) % CYCLE, templates.length - 1) }));
  }
  await rightTaskIds(pool);
  await pool.query('drop table bench.template');
  await pool.query('vacuum analyze');
  await pool.query('checkpoint'); // what was loaded is not to be written to disk while reads are measured
}

async function copy(pool: Pool, { first, last, templates, places }: { first: number; last: number; templates: number; places: number }): Promise<void> {
  await transaction(pool, async (db) => {
    for (const table of CASE_TABLES) {
      await db.query({
        text: `insert into ${table} select filled.* from generate_series($1::int, $2::int) as n
                 join bench.template t on t.table_name = '${table}' and t.place = n % $3 and t.template = least((n / $3) % ${CYCLE}, $4 - 1)
                 cross join lateral jsonb_populate_record(null::${table},
                   replace(replace(t.row_json, '${ID_TOKEN}', lpad(to_hex(n), 12, '0')), '${NUMBER_TOKEN}', (n + ${FIRST_NUMBER})::text)::jsonb) filled`,
        values: [first, last, places, templates],
      });
    }
  });
}

/** The id of an open task follows from its case's id, so the copies' tasks get theirs anew. */
async function rightTaskIds(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ taskId: string; caseId: string; awaited: Awaited }>(
    `select t.id as "taskId", t.case_id as "caseId", a as awaited from task t join hardship_case c on c.id = t.case_id
       cross join jsonb_array_elements(c.record -> 'awaiting') a
      where t.closed_at is null and (a ->> 'task')::boolean and a ->> 'command' = t.command and a ->> 'orgId' = t.org_id
        and coalesce(a ->> 'kind', '') = coalesce(t.kind, '')`,
  );
  await pool.query('update task set id = v.right_id from unnest($1::uuid[], $2::uuid[]) v (id, right_id) where task.id = v.id', [
    rows.map(({ taskId }) => taskId),
    rows.map(({ caseId, awaited }) => taskIdOf(caseId, awaited)),
  ]);
}
