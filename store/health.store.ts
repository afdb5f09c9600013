import { ENDED_STATES } from '../domain/case-facts';
import type { Db } from './db';
import { pendingMigrations } from './migrate';

/** What is known of the record from outside: whether it can serve. */
export async function recordCondition(db: Db): Promise<'ok' | 'away' | 'notMigrated'> {
  try {
    return (await pendingMigrations(db)).length === 0 ? 'ok' : 'notMigrated';
  } catch {
    return 'away'; // whatever it answers, it is not what a record answers; the doctor says what
  }
}

/** Version of the PostgreSQL server, such as `18.4`, and its clock (epoch ms). */
export async function serverFacts(db: Db): Promise<{ version: string; nowMs: number }> {
  const { rows } = await db.query<{ version: string; nowMs: number }>(
    `select current_setting('server_version') as version, (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"`,
  );
  if (!rows[0]) throw new Error('PostgreSQL answered nothing');
  return rows[0];
}

/** The business date of a case, by its own clock. `k`: its row of case_runtime, which may be missing. */
const TODAY = `((now() + make_interval(secs => coalesce(k.clock_offset_ms, 0) / 1000.0)) at time zone 'Asia/Shanghai')::date`;

/**
 * Open cases that nobody seems to move: no open task, no notice that runs out, no recheck, no bank that is asked. A case
 * may still have a timer of its own, which only the engine knows. An active file whose profile names neither interval nor
 * campaign is looked at when something changes (Qinhuangdao), and rests until then.
 */
export async function listUnmoved(db: Db, limit: number): Promise<{ caseId: string; state: string }[]> {
  const { rows } = await db.query<{ caseId: string; state: string }>(
    `select c.id as "caseId", c.state from hardship_case c
      where c.state <> all($1) and c.recheck_due_on is null
        and not exists (select 1 from task t where t.case_id = c.id and t.closed_at is null)
        and not exists (select 1 from disbursement d where d.case_id = c.id and d.state = 'released')
        and not jsonb_path_exists(c.record, '$.notices[*] ? (@.closedOn == null)')
        and not (c.state = 'active' and jsonb_typeof(c.record -> 'recheck') = 'object') limit $2`,
    [ENDED_STATES, limit],
  );
  return rows;
}

/** Cases whose recheck fell due more than a day ago by their own clock, and which await nothing: their timer did not act. */
export async function listMissedRechecks(db: Db, limit: number): Promise<{ caseId: string; dueOn: string }[]> {
  const { rows } = await db.query<{ caseId: string; dueOn: string }>(
    `select c.id as "caseId", c.recheck_due_on as "dueOn" from hardship_case c left join case_runtime k on k.case_id = c.id
      where c.recheck_due_on < ${TODAY} - 1 and c.state <> all($1)
        and not exists (select 1 from task t where t.case_id = c.id and t.closed_at is null) order by c.recheck_due_on limit $2`,
    [ENDED_STATES, limit],
  );
  return rows;
}

/**
 * Open cases with a person in the household whom another open case holds as well (R-QHD-12), or whom none holds, so that another could take the
 * person: two that took somebody in at the same moment. `holderId`: the other case, null without one.
 */
export async function listSharedPersons(db: Db, limit: number): Promise<{ caseId: string; holderId: string | null }[]> {
  const { rows } = await db.query<{ caseId: string; holderId: string | null }>(
    `select distinct p.case_id as "caseId", h.case_id as "holderId"
       from case_private p join hardship_case c on c.id = p.case_id cross join lateral unnest(p.id_indexes) as person (id_index)
       left join household_claim h on h.id_index = person.id_index
      where c.state <> all($1) and h.case_id is distinct from p.case_id order by 1, 2 limit $2`,
    [ENDED_STATES, limit],
  );
  return rows;
}

/** What waits for people: open tasks, and those of them past their day by the case's own clock. */
export async function countTasks(db: Db): Promise<{ open: number; overdue: number }> {
  const { rows } = await db.query<{ open: number; overdue: number }>(
    `select count(*) as open, count(*) filter (where t.due_on < ${TODAY}) as overdue
       from task t left join case_runtime k on k.case_id = t.case_id where t.closed_at is null`,
  );
  return rows[0] ?? { open: 0, overdue: 0 };
}

/** Applications that are not in the engine, and commands of which it has not answered, for longer than `ageSeconds`. */
export async function countLeftBehind(db: Db, ageSeconds: number): Promise<{ unstarted: number; unconfirmed: number }> {
  const { rows } = await db.query<{ unstarted: number; unconfirmed: number }>({
    name: 'countLeftBehind',
    text: `select (select count(*) from case_opening where started_at is null and created_at < now() - make_interval(secs => $1)) as unstarted,
                  (select count(*) from command where state = 'accepted' and confirmed_at is null and answered_at < now() - make_interval(secs => $1)) as unconfirmed`,
    values: [ageSeconds],
  });
  return rows[0] ?? { unstarted: 0, unconfirmed: 0 };
}
