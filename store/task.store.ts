import type { Db } from './db';

/** A task of the task list; dates are business dates. */
export interface Task {
  id: string;
  caseId: string;
  caseNumber: string;
  command: string;
  kind: string | null;
  role: string;
  orgId: string;
  since: string;
  dueOn: string | null;
  claimedBy: string | null;
  version: number;
}

const COLUMNS = `t.id, t.case_id as "caseId", c.number as "caseNumber", t.command, t.kind, t.role, t.org_id as "orgId", t.since, t.due_on as "dueOn",
  t.claimed_by as "claimedBy", t.version`;

export interface TaskFilter {
  orgId?: string;
  role?: string;
  command?: string;
  claimedBy?: string;
  caseId?: string;
  after?: { since: string; id: string };
  limit: number;
}

/** Open tasks of the organisations in the subtree `orgPath`, the longest waiting first. */
export async function listTasks(db: Db, orgPath: string, filter: TaskFilter): Promise<Task[]> {
  const { rows } = await db.query<Task>({
    name: 'listTasks',
    text: `select ${COLUMNS} from task t join hardship_case c on c.id = t.case_id
            where t.closed_at is null and t.org_id in (select id from organisation where path like $1 || '%')
              and ($2::text is null or t.org_id = $2) and ($3::text is null or t.role = $3) and ($4::text is null or t.command = $4)
              and ($5::text is null or t.claimed_by = $5) and ($6::uuid is null or t.case_id = $6)
              and ($7::date is null or (t.since, t.id) > ($7::date, $8::uuid))
            order by t.since, t.id limit $9`,
    values: [
      orgPath,
      filter.orgId ?? null,
      filter.role ?? null,
      filter.command ?? null,
      filter.claimedBy ?? null,
      filter.caseId ?? null,
      filter.after?.since ?? null,
      filter.after?.id ?? null,
      filter.limit,
    ],
  });
  return rows;
}

/** An open task in the subtree `orgPath`. */
export async function findTask(db: Db, taskId: string, orgPath: string): Promise<Task | undefined> {
  const { rows } = await db.query<Task>({
    name: 'findTask',
    text: `select ${COLUMNS} from task t join hardship_case c on c.id = t.case_id
            where t.id = $1 and t.closed_at is null and t.org_id in (select id from organisation where path like $2 || '%')`,
    values: [taskId, orgPath],
  });
  return rows[0];
}

/** Who holds the open task for a command of a case, if anybody does. */
export async function findHolderOfTask(db: Db, caseId: string, command: string): Promise<string | undefined> {
  const { rows } = await db.query<{ claimedBy: string }>({
    name: 'findHolderOfTask',
    text: `select claimed_by as "claimedBy" from task where case_id = $1 and command = $2 and closed_at is null and claimed_by is not null`,
    values: [caseId, command],
  });
  return rows[0]?.claimedBy;
}

/**
 * Claims a task for one person, if nobody holds it. One statement decides, so two clerks who claim at once cannot both win.
 *
 * @returns the new version; undefined when the task is held, closed or has changed; `findTask` tells which
 */
export async function claimTask(db: Db, taskId: string, version: number, userId: string): Promise<number | undefined> {
  return changeHolder(db, 'claimTask', 'and claimed_by is null', [taskId, version, userId]);
}

/** Gives a task back to the list; only for whoever holds it. */
export async function releaseTask(db: Db, taskId: string, version: number, userId: string): Promise<number | undefined> {
  const { rows } = await db.query<{ version: number }>({
    name: 'releaseTask',
    text: `update task set claimed_by = null, claimed_at = null, version = version + 1
            where id = $1 and version = $2 and claimed_by = $3 and closed_at is null returning version`,
    values: [taskId, version, userId],
  });
  return rows[0]?.version;
}

/** Hands a task to another person, whoever holds it now. */
export async function reassignTask(db: Db, taskId: string, version: number, toUserId: string): Promise<number | undefined> {
  return changeHolder(db, 'reassignTask', '', [taskId, version, toUserId]);
}

async function changeHolder(db: Db, name: string, condition: string, values: [string, number, string]): Promise<number | undefined> {
  const { rows } = await db.query<{ version: number }>({
    name,
    text: `update task set claimed_by = $3, claimed_at = now(), version = version + 1
            where id = $1 and version = $2 and closed_at is null ${condition} returning version`,
    values,
  });
  return rows[0]?.version;
}
