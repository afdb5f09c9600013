import type { Db } from './db';
import type { KnownCase } from './case.store';

/** Ended cases with a date that has gone by, by each case's own clock; the dates of simulated cases are not those of the wall. */
export async function listPassedDates(db: Db, limit: number): Promise<KnownCase[]> {
  const { rows } = await db.query<KnownCase>({
    name: 'listPassedDates',
    text: `with candidate as (
             select id from hardship_case where monitoring_until <= current_date
             union
             select id from hardship_case where retention_ends_on <= current_date
             union
             select case_id from case_runtime where is_simulated
           )
           select c.record, k.clock_offset_ms as "clockOffsetMs", k.reference_digest as "referenceDigest"
             from candidate join hardship_case c using (id) join case_runtime k on k.case_id = c.id
            where c.state = 'closed'
              and least(c.monitoring_until, c.retention_ends_on) < ((now() + make_interval(secs => k.clock_offset_ms / 1000.0)) at time zone 'Asia/Shanghai')::date
            limit $1`,
    values: [limit],
  });
  return rows;
}
