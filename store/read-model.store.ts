import { createHash } from 'node:crypto';
import type { Awaited } from '../domain/case-facts';
import type { CaseEvent } from '../domain/case-events';
import type { CaseRecord } from '../domain/case-record';
import type { Db } from './db';
import { recordDisbursement } from './disbursement.store';
import { recordNotifications, recordSyncs } from './outward.store';

/*
 * Everything that is derived from a case's events, written by the one code that steps and the rebuild share. Not derived,
 * and never touched by a rebuild: personal data, the accounts of disbursements among them, commands, household claims, clocks, and who has claimed a task.
 */

/** Tables that hold nothing but what `recordOutward` writes; a rebuild writes their rows anew. Children first. */
export const OUTWARD_TABLES = ['disbursement_item', 'disbursement', 'sync_request', 'notification'] as const;

/** A task as events make it: of a task's row everything but its id in the list, its holder and its version. */
export interface DerivedTask extends Awaited {
  id: string;
  caseId: string;
  caseNumber: string;
}

/** Task ids follow from where the task was opened, so that a read model folded again has the same ones. */
export function taskIdOf(caseId: string, awaited: Awaited): string {
  const hex = createHash('sha256').update(`${caseId}|${awaited.sinceVersion}|${awaited.command}|${awaited.kind ?? ''}|${awaited.role}|${awaited.orgId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The tasks that are open while a case awaits what it awaits. */
export function tasksOf({ caseId, number, awaiting }: Pick<CaseRecord, 'caseId' | 'number' | 'awaiting'>): DerivedTask[] {
  return awaiting.filter((awaited) => awaited.task).map((awaited) => ({ ...awaited, caseId, caseNumber: number, id: taskIdOf(caseId, awaited) }));
}

/** The case's row: its record, and of that what lists search by. */
export async function saveReadModel(db: Db, record: CaseRecord): Promise<void> {
  await db.query({
    name: 'saveReadModel',
    text: `insert into hardship_case (id, number, version, state, hardship_class, grassroots_org_id, reviewer_org_id, owner_org_id, recheck_due_on,
             monitoring_until, retention_ends_on, record)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           on conflict (id) do update set number = $2, version = $3, state = $4, hardship_class = $5, grassroots_org_id = $6, reviewer_org_id = $7,
             owner_org_id = $8, recheck_due_on = $9, monitoring_until = $10, retention_ends_on = $11, record = $12`,
    values: [
      record.caseId,
      record.number,
      record.version,
      record.state,
      record.hardshipClass,
      record.territory.grassrootsOrgId,
      record.standing?.reviewerOrgId ?? null,
      record.hardshipFile?.ownerOrgId ?? null,
      record.recheck?.nextDueOn ?? null,
      record.monitoring?.until ?? null,
      record.retentionEnded ? null : (record.hardshipFile?.retentionEndsOn ?? null),
      record,
    ],
  });
}

/**
 * Opens the tasks that are awaited now and closes those that are not any more. An open task keeps its holder; what it
 * says follows what is awaited.
 */
export async function syncTasks(db: Db, record: CaseRecord, closedAt: string): Promise<void> {
  const tasks = tasksOf(record);
  const of = <Key extends keyof DerivedTask>(key: Key) => tasks.map((task) => task[key] ?? null);
  await db.query({
    name: 'syncTasks',
    text: `with closed as (
             update task set closed_at = $9, version = version + 1 where case_id = $1 and closed_at is null and not (id = any($2))
           )
           insert into task (id, case_id, case_number, command, kind, role, org_id, since, due_on)
           select awaited.id, $1, $10, awaited.command, awaited.kind, awaited.role, awaited.org_id, awaited.since, awaited.due_on
             from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::date[], $8::date[])
               as awaited (id, command, kind, role, org_id, since, due_on)
           on conflict (id) do update set case_id = excluded.case_id, case_number = excluded.case_number, command = excluded.command, kind = excluded.kind, role = excluded.role,
             org_id = excluded.org_id, since = excluded.since, due_on = excluded.due_on, closed_at = null, version = task.version + 1
             where (task.case_id, task.case_number, task.command, task.kind, task.role, task.org_id, task.since, task.due_on, task.closed_at)
               is distinct from (excluded.case_id, excluded.case_number, excluded.command, excluded.kind, excluded.role, excluded.org_id, excluded.since, excluded.due_on, null::timestamptz)`,
    values: [record.caseId, of('id'), of('command'), of('kind'), of('role'), of('orgId'), of('since'), of('dueOn'), closedAt, record.number],
  });
}

/**
 * What one event means to the outside: money, outside systems, messages to the worker.
 *
 * @param record the case after the step that the event belongs to
 */
export async function recordOutward(db: Db, record: CaseRecord, event: CaseEvent): Promise<void> {
  await recordDisbursement(db, record, event);
  await recordSyncs(db, record.caseId, event);
  await recordNotifications(db, record, event);
}
