import type { Role } from '../domain/case-facts';
import type { LegalHoldReason } from '../domain/retention';
import type { Db } from './db';

/** Somebody wants the papers of a case kept. */
export interface LegalHold {
  id: string;
  reason: LegalHoldReason;
  placedBy: string;
  /** Whom they stood in for. */
  placedFor: string | null;
  placedAt: Date;
  liftedBy: string | null;
  liftedAt: Date | null;
}

const COLUMNS = 'id, reason, placed_by as "placedBy", placed_for as "placedFor", placed_at as "placedAt", lifted_by as "liftedBy", lifted_at as "liftedAt"';

export async function insertLegalHold(db: Db, hold: { id: string; caseId: string; reason: LegalHoldReason; placedBy: string; placedFor: string | null }): Promise<LegalHold> {
  const { rows } = await db.query<LegalHold>(`insert into legal_hold (id, case_id, reason, placed_by, placed_for) values ($1, $2, $3, $4, $5) returning ${COLUMNS}`, [
    hold.id,
    hold.caseId,
    hold.reason,
    hold.placedBy,
    hold.placedFor,
  ]);
  if (!rows[0]) throw new Error('a hold was not written down');
  return rows[0];
}

/** @returns undefined where there is no such hold, or somebody has lifted it before */
export async function liftLegalHold(db: Db, { id, caseId, liftedBy }: { id: string; caseId: string; liftedBy: string }): Promise<LegalHold | undefined> {
  const { rows } = await db.query<LegalHold>(
    `update legal_hold set lifted_by = $3, lifted_at = now() where id = $1 and case_id = $2 and lifted_at is null returning ${COLUMNS}`,
    [id, caseId, liftedBy],
  );
  return rows[0];
}

/**
 * The roles in which a hold may have been placed: those that its author had at that moment, or those that were delegated to him by
 * whom he stood in for.
 *
 * @returns undefined where there is no such hold
 */
export async function findPlacerRoles(db: Db, { id, caseId }: { id: string; caseId: string }): Promise<Role[] | undefined> {
  const { rows } = await db.query<{ roles: Role[] }>(
    `select array(
       select jsonb_array_elements_text(coalesce(
         (select e.details -> 'before' from auth_event e where e.user_id = u.id and e.type = 'rolesChanged' and e.at > h.placed_at order by e.id limit 1), to_jsonb(u.roles)))
         from app_user u where u.id = h.placed_by
        union
       select unnest(d.roles) from delegation d
        where d.to_user = h.placed_by and d.from_user = h.placed_for and (h.placed_at at time zone 'Asia/Shanghai')::date between d.from_on and d.until_on and (d.revoked_at is null or d.revoked_at > h.placed_at)) as roles
       from legal_hold h where h.id = $1 and h.case_id = $2`,
    [id, caseId],
  );
  return rows[0]?.roles;
}

/** All holds of a case, lifted ones as well, in the order in which they were placed. */
export async function listLegalHolds(db: Db, caseId: string): Promise<LegalHold[]> {
  const { rows } = await db.query<LegalHold>(`select ${COLUMNS} from legal_hold where case_id = $1 order by placed_at, id`, [caseId]);
  return rows;
}
