import type { Db } from './db';

/** Which clock a case lives by. */
export type ClockKind = 'real' | 'simulated';

export interface CasesFigure {
  state: string;
  clock: ClockKind;
  cases: number;
}

/**
 * Cases by state. Two counts, each from an index: all of them, and the simulated ones, which are few where it matters.
 */
export async function countCasesByState(db: Db): Promise<CasesFigure[]> {
  const { rows } = await db.query<CasesFigure>({
    name: 'countCasesByState',
    text: `with simulated as (select c.state, count(*) as n from case_runtime k join hardship_case c on c.id = k.case_id where k.is_simulated group by c.state),
                all_of_them as (select state, count(*) as n from hardship_case group by state)
           select a.state, 'real' as clock, a.n - coalesce(s.n, 0) as cases from all_of_them a left join simulated s using (state)
           union all select state, 'simulated', n from simulated`,
  });
  return rows;
}

export interface TasksFigure {
  command: string;
  role: string;
  clock: ClockKind;
  open: number;
  /** Past their day, by the case's own clock. */
  overdue: number;
  /** Days for which the longest waiting one has been open, by its case's own clock. */
  oldestDays: number;
}

/** Open tasks by what is to be done and whose turn it is; closed ones are not looked at. */
export async function countOpenTasks(db: Db): Promise<TasksFigure[]> {
  const { rows } = await db.query<TasksFigure>({
    name: 'countOpenTasks',
    text: `with open as (
             select t.command, t.role, t.due_on, t.since, case when k.case_id is null then 'real' else 'simulated' end as clock,
                    ((now() + make_interval(secs => coalesce(k.clock_offset_ms, 0) / 1000.0)) at time zone 'Asia/Shanghai')::date as today
               from task t left join case_runtime k on k.case_id = t.case_id and k.is_simulated where t.closed_at is null)
           select command, role, clock, count(*) as open, count(*) filter (where due_on < today) as overdue, greatest(max(today - since), 0) as "oldestDays"
             from open group by command, role, clock`,
  });
  return rows;
}

/** When and on which business date a case came into the state that its step `seq` found it in. */
export interface Arrival {
  state: string;
  recordedAt: Date;
  effectiveOn: string;
  isSimulated: boolean;
}

export async function findArrival(db: Db, caseId: string, seq: number): Promise<Arrival | undefined> {
  const { rows } = await db.query<Arrival>({
    name: 'findArrival',
    text: `select coalesce(e.data->>'state', 'intake') as state, e.recorded_at as "recordedAt", e.effective_on as "effectiveOn",
                  coalesce(k.is_simulated, false) as "isSimulated"
             from case_event e left join case_runtime k on k.case_id = e.case_id
            where e.case_id = $1 and e.seq < $2 and e.type in ('applicationSubmitted', 'phaseEntered') order by e.seq desc limit 1`,
    values: [caseId, seq],
  });
  return rows[0];
}
