import type { Reach } from '../access/relations';
import type { Place } from '../security/envelope';
import { caseInReach, reachName, valueOfReach } from './case-reach';
import type { Db } from './db';
import type { RecordKeys } from './record-keys';

/** 满意度: how satisfied the applicant of a case was, once and for all. */
export interface ServiceRating {
  caseId: string;
  /** 1 (not at all) to 5. */
  score: number;
  comment: string | null;
  ratedBy: string;
  ratedAt: Date;
}

/** Writes a rating down unless there is one. @returns the rating that stands, and whether it is this one */
export async function insertRating(db: Db, keys: RecordKeys, { caseId, score, comment, ratedBy }: Omit<ServiceRating, 'ratedAt'>): Promise<{ rating: ServiceRating; isNew: boolean }> {
  const sealed = comment === null ? null : (await keys.cases.sealOf(caseId)).seal(commentPlace(caseId), comment);
  const { rowCount } = await db.query('insert into service_rating (case_id, score, comment, rated_by) values ($1, $2, $3, $4) on conflict do nothing', [caseId, score, sealed, ratedBy]);
  const rating = await findRating(db, keys, caseId);
  if (!rating) throw new Error('a rating was not written down');
  return { rating, isNew: rowCount === 1 };
}

export async function findRating(db: Db, keys: RecordKeys, caseId: string): Promise<ServiceRating | undefined> {
  const { rows } = await db.query<Omit<ServiceRating, 'comment'> & { comment: Buffer | null }>(
    'select case_id as "caseId", score, comment, rated_by as "ratedBy", rated_at as "ratedAt" from service_rating where case_id = $1',
    [caseId],
  );
  const [row] = rows;
  if (!row) return undefined;
  return { ...row, comment: row.comment && (await keys.cases.sealOf(caseId)).open(commentPlace(caseId), row.comment) };
}

/** How many ratings of each score there are for cases within somebody's reach. */
export async function countRatings(db: Db, reach: Reach): Promise<Map<number, number>> {
  const { rows } = await db.query<{ score: number; count: number }>({
    name: `countRatings(${reachName(reach)})`,
    text: `select r.score, count(*) as count from service_rating r join hardship_case c on c.id = r.case_id where ${caseInReach(reach, '$1::text', 'c')} group by r.score`,
    values: [valueOfReach(reach)],
  });
  return new Map(rows.map(({ score, count }) => [score, count]));
}

function commentPlace(caseId: string): Place<string> {
  return { table: 'service_rating', column: 'comment', rowId: caseId };
}
