import type { Db } from './db';

/** A case that is written down and may not be known to the engine yet. `start` is what it is started with. */
export interface CaseOpening {
  caseId: string;
  start: unknown;
}

export async function insertOpening(db: Db, { caseId, start }: CaseOpening): Promise<void> {
  await db.query('insert into case_opening (case_id, start) values ($1, $2)', [caseId, start]);
}

export async function markStarted(db: Db, caseId: string): Promise<void> {
  await db.query({ name: 'markStarted', text: 'update case_opening set started_at = now() where case_id = $1', values: [caseId] });
}

/** The opening of a case, while the engine is not known to have it. */
export async function findUnstarted(db: Db, caseId: string): Promise<CaseOpening | undefined> {
  const { rows } = await db.query<CaseOpening>({
    name: 'findUnstarted',
    text: 'select case_id as "caseId", start from case_opening where case_id = $1 and started_at is null',
    values: [caseId],
  });
  return rows[0];
}

/** Openings that a crash left behind: written, older than `ageSeconds`, and not known to have reached the engine. */
export async function listUnstarted(db: Db, ageSeconds: number, limit: number): Promise<CaseOpening[]> {
  const { rows } = await db.query<CaseOpening>(
    `select case_id as "caseId", start from case_opening
      where started_at is null and created_at < now() - make_interval(secs => $1) order by created_at limit $2`,
    [ageSeconds, limit],
  );
  return rows;
}

/** The next case number of a county in a year, such as `WX-LIANGXI-2023-000017`: unique, not gapless. */
export async function nextCaseNumber(db: Db, countyOrgId: string, year: number): Promise<string> {
  const { rows } = await db.query<{ n: number }>(`select nextval('case_number') as n`);
  return `${countyOrgId.toUpperCase()}-${year}-${String(rows[0]?.n).padStart(6, '0')}`;
}
