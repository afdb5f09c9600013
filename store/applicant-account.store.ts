import type { Db } from './db';
import type { User } from './user.store';

const PREFIX = 'applicant:';
/** An account that opens no case is of no use to anybody after so long. */
const FORGOTTEN_AFTER = `interval '30 days'`;
const FORGOTTEN_AT_ONCE = 100;

/** An applicant as whoever acts; the index is that of ID number and telephone number, as hexadecimal digits. */
export function applicantUser(accountId: string, index: string): User {
  return { id: `${PREFIX}${accountId}`, orgId: '', orgPath: '', roles: ['applicant'], applicant: { index } };
}

/** The account behind `applicant:<id>`; undefined for everybody else, as user names have no colon. */
export function accountIdOf(userId: string): string | undefined {
  return userId.startsWith(PREFIX) ? userId.slice(PREFIX.length) : undefined;
}

export interface ApplicantAccount {
  id: string;
  /** Ends all sessions when it is raised. */
  epoch: number;
}

/**
 * The account of whoever has proven the telephone number, made when it is first asked for.
 *
 * @param newMax of one telephone number in a day: a family has a few ID numbers, and whoever tries out those of others many
 * @returns undefined where there is none and no more is made
 */
export async function takeAccount(db: Db, { applicantIndex, phoneKey }: { applicantIndex: Buffer; phoneKey: Buffer }, newMax: number): Promise<ApplicantAccount | undefined> {
  // Some that were made for nothing go with each one; whoever signs in meanwhile keeps the own.
  await db.query(
    `delete from applicant_account where id in (
       select a.id from applicant_account a where last_sign_in_at < now() - ${FORGOTTEN_AFTER} and applicant_index <> $1
          and not exists (select from case_applicant c where c.applicant_index = a.applicant_index) and not exists (select from session s where s.applicant_id = a.id)
        limit ${FORGOTTEN_AT_ONCE} for update skip locked)`,
    [applicantIndex],
  );
  const { rows } = await db.query<ApplicantAccount>(
    `insert into applicant_account as a (applicant_index, phone_key)
     select $1, $2 where exists (select from applicant_account where applicant_index = $1)
                      or (select count(*) from applicant_account where phone_key = $2 and created_at > now() - interval '24 hours') < $3
     on conflict (applicant_index) do update set last_sign_in_at = now() returning a.id, a.session_epoch as epoch`,
    [applicantIndex, phoneKey, newMax],
  );
  return rows[0];
}
