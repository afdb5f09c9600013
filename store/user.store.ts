import type { Role } from '../domain/case-facts';
import type { Db } from './db';

/** Somebody who works with the service; `id` is the user name. */
export interface User {
  id: string;
  orgId: string;
  /** Place of the organisation in the tree. */
  orgPath: string;
  roles: Role[];
  /** Whom the person stands in for: organisation and roles are those of that person then. */
  onBehalfOf?: string;
}

const COLUMNS = `u.id, u.org_id as "orgId", o.path as "orgPath", u.roles`;

/** The active user of that name, with the hash of the password. */
export async function findUserForSignIn(db: Db, userId: string): Promise<(User & { passwordHash: string }) | undefined> {
  const { rows } = await db.query<User & { passwordHash: string }>({
    name: 'findUserForSignIn',
    text: `select ${COLUMNS}, u.password_hash as "passwordHash" from app_user u join organisation o on o.id = u.org_id
            where u.id = $1 and u.disabled_at is null`,
    values: [userId],
  });
  return rows[0];
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

export async function insertSession(db: Db, tokenHash: Buffer, userId: string, hours: number): Promise<void> {
  await db.query('insert into session (token_hash, user_id, expires_at) values ($1, $2, now() + make_interval(hours => $3))', [tokenHash, userId, hours]);
}

/** Whose session it is, while it lasts and the user is active. */
export async function findSessionUser(db: Db, tokenHash: Buffer): Promise<User | undefined> {
  const { rows } = await db.query<User>({
    name: 'findSessionUser',
    text: `select ${COLUMNS} from session s join app_user u on u.id = s.user_id join organisation o on o.id = u.org_id
            where s.token_hash = $1 and s.expires_at > now() and u.disabled_at is null`,
    values: [tokenHash],
  });
  return rows[0];
}

export async function deleteSession(db: Db, tokenHash: Buffer): Promise<void> {
  await db.query('delete from session where token_hash = $1', [tokenHash]);
}

/** Enters demo users or gives known ones the password hash anew; never touches a user who is none. */
export async function saveDemoUsers(db: Db, users: readonly { id: string; orgId: string; roles: Role[] }[], passwordHash: string): Promise<void> {
  for (const { id, orgId, roles } of users) {
    await db.query(
      `insert into app_user (id, org_id, roles, password_hash, is_demo) values ($1, $2, $3, $4, true)
       on conflict (id) do update set roles = $3, password_hash = $4 where app_user.is_demo`,
      [id, orgId, roles, passwordHash],
    );
  }
}

/** Whether anybody in the record is a demo user, active or not. */
export async function hasDemoUsers(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>('select exists (select from app_user where is_demo) as found');
  return rows[0]?.found === true;
}

/** Enters a user if there is none at all, active or not; whether that was so. */
export async function insertFirstUser(db: Db, { id, orgId, roles }: { id: string; orgId: string; roles: Role[] }, passwordHash: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into app_user (id, org_id, roles, password_hash, is_demo)
     select $1, $2, $3, $4, false where not exists (select from app_user) on conflict do nothing`,
    [id, orgId, roles, passwordHash],
  );
  return rowCount === 1;
}
