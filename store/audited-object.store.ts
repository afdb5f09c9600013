import type { Db } from './db';

/** Ids in the path of a request, of things that belong to a case. Each a UUID. */
export interface ObjectIds {
  caseId?: string;
  taskId?: string;
  disbursementId?: string;
}

/** The case that something belongs to, whoever asks; undefined when there is no such thing. */
export async function findCaseOf(db: Db, { caseId, taskId, disbursementId }: ObjectIds): Promise<string | undefined> {
  const { rows } = await db.query<{ caseId: string }>({
    name: 'findCaseOf',
    text: `select id as "caseId" from hardship_case where id = $1
           union all select case_id from task where id = $2
           union all select case_id from disbursement where id = $3 limit 1`,
    values: [caseId ?? null, taskId ?? null, disbursementId ?? null],
  });
  return rows[0]?.caseId;
}
