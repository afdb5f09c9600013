import { asked, conditionsOf } from './conditions';
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

const COLUMNS = `t.id, t.case_id as "caseId", t.case_number as "caseNumber", t.command, t.kind, t.role, t.org_id as "orgId", t.since, t.due_on as "dueOn",
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
  const { text, name, values } = conditionsOf(
    [orgPath, filter.limit],
    [
      { name: 'orgId', values: asked(filter.orgId), text: (value) => `org_id = ${value}` },
      { name: 'role', values: asked(filter.role), text: (value) => `role = ${value}` },
      { name: 'command', values: asked(filter.command), text: (value) => `command = ${value}` },
      { name: 'claimedBy', values: asked(filter.claimedBy), text: (value) => `claimed_by = ${value}` },
      { name: 'caseId', values: asked(filter.caseId), text: (value) => `case_id = ${value}` },
      { name: 'after', values: filter.after && [filter.after.since, filter.after.id], text: (since, id) => `(since, id) > (${since}::date, ${id}::uuid)` },
    ],
  );
  // A page of each organisation, then one of all of them: a large union's list costs its page and not its length.
  const { rows } = await db.query<Task>({
    name: `listTasks(${name})`,
    text: `select ${COLUMNS} from organisation o cross join lateral (
             select * from task where org_id = o.id and closed_at is null ${text} order by since, id limit $2
           ) t
            where o.path like $1 || '%' order by t.since, t.id limit $2`,
    values,
  });
  return rows;
}

/** An open task in the subtree `orgPath`. */
export async function findTask(db: Db, taskId: string, orgPath: string): Promise<Task | undefined> {
  const { rows } = await db.query<Task>({
    name: 'findTask',
    text: `select ${COLUMNS} from task t where t.id = $1 and t.closed_at is null and t.org_id in (select id from organisation where path like $2 || '%')`,
    values: [taskId, orgPath],
  });
  return rows[0];
}

/** Who holds the open task for a command of a case, if anybody does. */
export async function findHolderOfTask(
  db: Db,
  { caseId, command, kind, roles }: { caseId: string; command: string; kind: string | undefined; roles: readonly string[] },
): Promise<string | undefined> {
  const { rows } = await db.query<{ claimedBy: string }>({
    name: 'findHolderOfTask',
    text: `select claimed_by as "claimedBy" from task where case_id = $1 and command = $2 and closed_at is null and claimed_by is not null
              and (kind is null or kind = $3) and role = any($4)`,
    values: [caseId, command, kind ?? null, roles],
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
