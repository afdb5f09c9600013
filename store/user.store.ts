import type { Role } from '../domain/case-facts';
import type { Db } from './db';

/** Somebody who works with the service; `id` is the user name, `machine:<id>` or `applicant:<id>`. */
export interface User {
  id: string;
  orgId: string;
  /** Place of the organisation in the tree. */
  orgPath: string;
  roles: Role[];
  /** Whom the person stands in for: organisation and roles are those of that person then. */
  onBehalfOf?: string;
  /** An applicant, who has no organisation: its id and path are empty, and the only role is `applicant`. */
  applicant?: ApplicantIdentity;
}

/** By what an applicant's own cases are found. */
export interface ApplicantIdentity {
  /** Blind index of ID number and telephone number together, as hexadecimal digits. */
  index: string;
}

const COLUMNS = `u.id, u.org_id as "orgId", o.path as "orgPath", u.roles`;

/** What the sign-in must know of somebody. */
export interface SignInUser extends User {
  passwordHash: string;
  isDemo: boolean;
  isDisabled: boolean;
  /** Ends all sessions when it is raised. */
  epoch: number;
  mustChangePassword: boolean;
  /** The password was made by an administrator and has not been changed in time. */
  isFirstPasswordOver: boolean;
}

const SIGN_IN_COLUMNS = `${COLUMNS}, u.password_hash as "passwordHash", u.is_demo as "isDemo", u.disabled_at is not null as "isDisabled", u.session_epoch as epoch,
  u.must_change_password as "mustChangePassword", coalesce(u.must_change_password and u.first_password_until < now(), false) as "isFirstPasswordOver"`;

/** The user of that name, disabled ones as well: telling them apart early would tell who exists. */
export async function findUserForSignIn(db: Db, userId: string): Promise<SignInUser | undefined> {
  const { rows } = await db.query<SignInUser>({
    name: 'findUserForSignIn',
    text: `select ${SIGN_IN_COLUMNS} from app_user u join organisation o on o.id = u.org_id where u.id = $1`,
    values: [userId],
  });
  return rows[0];
}

/** The user whom an administrator has linked to that subject of an identity provider. */
export async function findLinkedUser(db: Db, { issuer, claim, subject }: { issuer: string; claim: string; subject: string }): Promise<SignInUser | undefined> {
  const { rows } = await db.query<SignInUser>(
    `select ${SIGN_IN_COLUMNS} from oidc_link l join app_user u on u.id = l.user_id join organisation o on o.id = u.org_id
      where l.issuer = $1 and l.claim = $2 and l.subject = $3`,
    [issuer, claim, subject],
  );
  return rows[0];
}

/** Keeps the same password under a stronger hash, unless it was changed meanwhile. */
export async function replaceHash(db: Db, userId: string, { from, to }: { from: string; to: string }): Promise<void> {
  await db.query('update app_user set password_hash = $3 where id = $1 and password_hash = $2', [userId, from, to]);
}

/**
 * Sets the password that somebody has chosen and ends all of the sessions.
 *
 * @param seen the hash against which the current password was checked
 * @returns the new epoch for the session that goes on; undefined when the password was changed or the user disabled meanwhile
 */
export async function changePassword(db: Db, userId: string, { seen, hash }: { seen: string; hash: string }): Promise<number | undefined> {
  const { rows } = await db.query<{ epoch: number }>(
    `update app_user set password_hash = $3, must_change_password = false, first_password_until = null, password_changed_at = now(), session_epoch = session_epoch + 1
      where id = $1 and password_hash = $2 and disabled_at is null returning session_epoch as epoch`,
    [userId, seen, hash],
  );
  if (rows[0]) await db.query('delete from session where user_id = $1', [userId]); // their epoch is over; nothing is kept of them
  return rows[0]?.epoch;
}

export async function noteSignIn(db: Db, userId: string): Promise<void> {
  await db.query('update app_user set last_sign_in_at = now() where id = $1', [userId]);
}

/** Active users among these names. */
export async function findUsers(db: Db, userIds: readonly string[]): Promise<User[]> {
  const { rows } = await db.query<User>({
    name: 'findUsers',
    text: `select ${COLUMNS} from app_user u join organisation o on o.id = u.org_id where u.id = any($1) and u.disabled_at is null`,
    values: [userIds],
  });
  return rows;
}

/**
 * Users by their names as somebody typed them: small and capital letters are the same, for no two users differ in nothing else. Disabled ones
 * are among them: what somebody did stays done.
 * @returns the user names as they are on record, by what was typed
 */
export async function findTypedUsers(db: Db, typed: readonly string[]): Promise<Map<string, string>> {
  if (typed.length === 0) return new Map();
  const { rows } = await db.query<{ typed: string; id: string }>({
    name: 'findTypedUsers',
    text: 'select t.typed, u.id from unnest($1::text[]) as t (typed) join app_user u on lower(u.id) = lower(t.typed)',
    values: [typed],
  });
  return new Map(rows.map((row) => [row.typed, row.id]));
}

/** The roles of these users as they are now, active or not. */
export async function findRoles(db: Db, userIds: readonly string[]): Promise<Map<string, Role[]>> {
  const { rows } = await db.query<{ id: string; roles: Role[] }>('select id, roles from app_user where id = any($1)', [userIds]);
  return new Map(rows.map(({ id, roles }) => [id, roles]));
}

/** The hashes of the active demo users among these names. */
export async function listDemoHashes(db: Db, userIds: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ hash: string }>('select password_hash as hash from app_user where id = any($1) and is_demo and not must_change_password and disabled_at is null', [userIds]);
  return rows.map(({ hash }) => hash);
}

/** Enters demo users or gives known ones the password hash anew; never touches a user who is none. */
export async function saveDemoUsers(db: Db, users: readonly { id: string; orgId: string; roles: Role[] }[], passwordHash: string): Promise<void> {
  for (const { id, orgId, roles } of users) {
    await db.query(
      `insert into app_user (id, org_id, roles, password_hash, is_demo) values ($1, $2, $3, $4, true)
       on conflict (id) do update set roles = $3, password_hash = $4, must_change_password = false, first_password_until = null where app_user.is_demo`,
      [id, orgId, roles, passwordHash],
    );
  }
}

/** Whether anybody in the record is a demo user, active or not. */
export async function hasDemoUsers(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>('select exists (select from app_user where is_demo) as found');
  return rows[0]?.found === true;
}

/**
 * Enters a user if there is none at all, active or not; whether that was so. Whoever set the service up knows the password, so
 * it must be changed; it does not expire, for nobody else could give another one.
 */
export async function insertFirstUser(db: Db, { id, orgId, roles }: { id: string; orgId: string; roles: Role[] }, passwordHash: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into app_user (id, org_id, roles, password_hash, is_demo, must_change_password)
     select $1, $2, $3, $4, false, true where not exists (select from app_user) on conflict do nothing`,
    [id, orgId, roles, passwordHash],
  );
  return rowCount === 1;
}
