import type { CaseRecord } from '../domain/case-record';
import type { Db } from './db';

/** A case as lists show it and as `getCase` builds on: its record and its clock's distance from the wall clock in ms. */
export interface StoredCase {
  record: CaseRecord;
  clockOffsetMs: number;
  /** Which reference tables the case decides by at the moment. */
  referenceDigest: string;
}

/** The case, when one of its organisations lies in the subtree `orgPath`; undefined otherwise, so that foreign cases look unknown. */
export async function findCase(db: Db, caseId: string, orgPath: string): Promise<StoredCase | undefined> {
  const { rows } = await db.query<StoredCase>({
    name: 'findCase',
    text: `select c.record, k.clock_offset_ms as "clockOffsetMs", k.reference_digest as "referenceDigest" from hardship_case c join case_runtime k on k.case_id = c.id
            where c.id = $1 and exists (select 1 from organisation o where o.id in (c.grassroots_org_id, c.reviewer_org_id, c.owner_org_id)
                                           and o.path like $2 || '%')`,
    values: [caseId, orgPath],
  });
  return rows[0];
}

/** The case whatever its organisations: for what the service does on its own behalf. */
export async function findAnyCase(db: Db, caseId: string): Promise<StoredCase | undefined> {
  const { rows } = await db.query<StoredCase>({
    name: 'findAnyCase',
    text: `select c.record, k.clock_offset_ms as "clockOffsetMs", k.reference_digest as "referenceDigest" from hardship_case c join case_runtime k on k.case_id = c.id where c.id = $1`,
    values: [caseId],
  });
  return rows[0];
}

export interface CaseFilter {
  state?: string;
  hardshipClass?: string;
  orgId?: string;
  recheckDueBefore?: string;
  applicantName?: string;
  /** Case number after which the page begins. */
  after?: string;
  limit: number;
}

/** Cases in the subtree `orgPath`, by number; keyset pages, no counts. */
export async function listCases(db: Db, orgPath: string, filter: CaseFilter): Promise<StoredCase[]> {
  const { rows } = await db.query<StoredCase>({
    name: 'listCases',
    text: `with scope as (select id from organisation where path like $1 || '%')
           select c.record, k.clock_offset_ms as "clockOffsetMs", k.reference_digest as "referenceDigest" from hardship_case c join case_runtime k on k.case_id = c.id
            where (c.grassroots_org_id in (select id from scope) or c.reviewer_org_id in (select id from scope) or c.owner_org_id in (select id from scope))
              and ($2::text is null or c.state = $2)
              and ($3::text is null or c.hardship_class = $3)
              and ($4::text is null or $4 in (c.grassroots_org_id, c.reviewer_org_id, c.owner_org_id))
              and ($5::date is null or c.recheck_due_on < $5)
              and ($6::text is null or exists (select 1 from case_private p where p.case_id = c.id and p.applicant_name = $6))
              and ($7::text is null or c.number > $7)
            order by c.number limit $8`,
    values: [
      orgPath,
      filter.state ?? null,
      filter.hardshipClass ?? null,
      filter.orgId ?? null,
      filter.recheckDueBefore ?? null,
      filter.applicantName ?? null,
      filter.after ?? null,
      filter.limit,
    ],
  });
  return rows;
}

/** Sets the distance of a simulated case's clock from the wall clock after it was moved. */
export async function saveClockOffset(db: Db, caseId: string, offsetMs: number): Promise<void> {
  await db.query('update case_runtime set clock_offset_ms = $2 where case_id = $1 and is_simulated', [caseId, Math.round(offsetMs)]);
}
