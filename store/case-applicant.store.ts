import type { Pool } from 'pg';
import { openPersonal, PERSONAL_COLUMNS, sealedPersonalOf, type PersonalColumns } from './case-private.store';
import type { RecordKeys } from './record-keys';

/** The migration that counts on every case having its row. */
export const CASES_HAVE_APPLICANTS = '0014-cases-have-applicants.sql';

const CASES_AT_ONCE = 500;

/**
 * Writes down whose case each is, for cases of a release that did not. May be interrupted and begun again. Cases whose personal
 * data was destroyed have no applicant any more.
 *
 * @param onProgress told of each some hundred cases
 */
export async function indexApplicants(pool: Pool, keys: RecordKeys, onProgress: (cases: number) => void = () => undefined): Promise<void> {
  for (let after = '00000000-0000-0000-0000-000000000000', count = 0; ; ) {
    const { rows } = await pool.query<{ caseId: string } & PersonalColumns>(
      `select p.case_id as "caseId", ${PERSONAL_COLUMNS} from case_private p join case_key y on y.case_id = p.case_id
        where y.wrapped is not null and p.case_id > $1 and not exists (select from case_applicant a where a.case_id = p.case_id) order by p.case_id limit $2`,
      [after, CASES_AT_ONCE],
    );
    const last = rows.at(-1);
    if (!last) return;
    const indexes = await Promise.all(rows.map(async ({ caseId, ...columns }) => indexOf(keys, caseId, columns)));
    await pool.query('insert into case_applicant (case_id, applicant_index) select * from unnest($1::uuid[], $2::bytea[]) on conflict do nothing', [rows.map(({ caseId }) => caseId), indexes]);
    after = last.caseId;
    onProgress((count += rows.length));
  }
}

async function indexOf(keys: RecordKeys, caseId: string, columns: PersonalColumns): Promise<Buffer> {
  const personal = sealedPersonalOf(columns);
  if (!personal) throw new Error(`case ${caseId} has no personal data`);
  return keys.index.ofApplicant((await openPersonal(keys, caseId, personal)).applicant);
}
