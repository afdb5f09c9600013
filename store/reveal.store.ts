import type { Place } from '../security/envelope';
import type { Db } from './db';
import type { RecordKeys } from './record-keys';

/** Somebody saw one personal field of a case as it is. What it said is not kept. */
export interface Reveal {
  id: string;
  caseId: string;
  field: string;
  memberNo: number | null;
  userId: string;
  onBehalfOf: string | null;
  reason: string;
  revealedAt: Date;
}

const COLUMNS = `id, case_id as "caseId", field, member_no as "memberNo", user_id as "userId", on_behalf_of as "onBehalfOf", reason, revealed_at as "revealedAt"`;

/** Written before the field is shown: what cannot be written down is not shown. @returns when */
export async function insertReveal(db: Db, { cases }: RecordKeys, { id, caseId, field, memberNo, userId, onBehalfOf, reason }: Omit<Reveal, 'revealedAt'>): Promise<Date> {
  const { rows } = await db.query<{ revealedAt: Date }>({
    name: 'insertReveal',
    text: `insert into reveal (id, case_id, field, member_no, user_id, on_behalf_of, reason) values ($1, $2, $3, $4, $5, $6, $7) returning revealed_at as "revealedAt"`,
    values: [id, caseId, field, memberNo, userId, onBehalfOf, (await cases.sealOf(caseId)).seal(reasonPlace(id), reason)],
  });
  if (!rows[0]) throw new Error('a reveal was not written down');
  return rows[0].revealedAt;
}

/** Reveals of a case, the latest first; keyset pages. */
export async function listReveals(db: Db, { cases }: RecordKeys, caseId: string, page: { before?: { revealedAt: string; id: string }; limit: number }): Promise<Reveal[]> {
  const { rows } = await db.query<Omit<Reveal, 'reason'> & { reason: Buffer }>(
    `select ${COLUMNS} from reveal
      where case_id = $1 and ($2::timestamptz is null or (date_trunc('milliseconds', revealed_at), id) < ($2, $3::uuid))
      order by date_trunc('milliseconds', revealed_at) desc, id desc limit $4`,
    [caseId, page.before?.revealedAt ?? null, page.before?.id ?? null, page.limit],
  );
  const seal = await cases.sealOf(caseId);
  return rows.map((row) => ({ ...row, reason: seal.open(reasonPlace(row.id), row.reason) }));
}

/** People name people when they say why. */
function reasonPlace(revealId: string): Place<string> {
  return { table: 'reveal', column: 'reason', rowId: revealId };
}
