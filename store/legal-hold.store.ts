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
  liftedFor: string | null;
  liftedAt: Date | null;
}

const COLUMNS = 'id, reason, placed_by as "placedBy", placed_for as "placedFor", placed_at as "placedAt", lifted_by as "liftedBy", lifted_for as "liftedFor", lifted_at as "liftedAt"';

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
export async function liftLegalHold(db: Db, { id, caseId, liftedBy, liftedFor }: { id: string; caseId: string; liftedBy: string; liftedFor: string | null }): Promise<LegalHold | undefined> {
  const { rows } = await db.query<LegalHold>(
    `update legal_hold set lifted_by = $3, lifted_for = $4, lifted_at = now() where id = $1 and case_id = $2 and lifted_at is null returning ${COLUMNS}`,
    [id, caseId, liftedBy, liftedFor],
  );
  return rows[0];
}

/** All holds of a case, lifted ones as well, in the order in which they were placed. */
export async function listLegalHolds(db: Db, caseId: string): Promise<LegalHold[]> {
  const { rows } = await db.query<LegalHold>(`select ${COLUMNS} from legal_hold where case_id = $1 order by placed_at, id`, [caseId]);
  return rows;
}
