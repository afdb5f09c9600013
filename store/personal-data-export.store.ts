import type { Role } from '../domain/case-facts';
import type { Place, Seal } from '../security/envelope';
import type { Db } from './db';

export const REQUESTERS = ['person', 'guardian', 'heir'] as const;
export type Requester = (typeof REQUESTERS)[number];

/** Everything held about a person was given out, as far as one case had it. */
export interface PersonalDataExport {
  id: string;
  caseId: string;
  memberNo: number;
  requestedBy: Requester;
  userId: string;
  onBehalfOf: string | null;
  orgId: string;
  exportedAt: Date;
}

/** Written before anything is given out: what cannot be written down is not. */
export async function insertExport(db: Db, seal: Seal, { id, memberNo, requestedBy, userId, onBehalfOf, orgId, reason }: Omit<PersonalDataExport, 'caseId' | 'exportedAt'> & { reason: string }): Promise<void> {
  await db.query(
    `insert into personal_data_export (id, case_id, member_no, requested_by, user_id, on_behalf_of, org_id, reason) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, seal.ownerId, memberNo, requestedBy, userId, onBehalfOf, orgId, seal.seal(reasonPlace(id, memberNo), reason)],
  );
}

export async function listExports(db: Db, caseId: string): Promise<PersonalDataExport[]> {
  const { rows } = await db.query<PersonalDataExport>(
    `select id, case_id as "caseId", member_no as "memberNo", requested_by as "requestedBy", user_id as "userId", on_behalf_of as "onBehalfOf", org_id as "orgId", exported_at as "exportedAt"
       from personal_data_export where case_id = $1 order by exported_at, id, member_no`,
    [caseId],
  );
  return rows;
}

/** Union and duties of users, disabled ones as well, by user name. */
export async function listDutiesOf(db: Db, userIds: readonly string[]): Promise<Map<string, { orgId: string; roles: Role[] }>> {
  const { rows } = await db.query<{ id: string; orgId: string; roles: Role[] }>('select id, org_id as "orgId", roles from app_user where id = any($1)', [[...new Set(userIds)]]);
  return new Map(rows.map(({ id, ...duties }) => [id, duties]));
}

/** People name people when they say why. */
function reasonPlace(exportId: string, memberNo: number): Place<string> {
  return { table: 'personal_data_export', column: 'reason', rowId: `${exportId}/${memberNo}` };
}
