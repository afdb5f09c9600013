import type { Role, StaffRole } from '../domain/case-facts';
import type { Db } from './db';
import { asked, conditionsOf } from './conditions';

/** A user as an administrator sees one: nothing of what the user works on, and no secret. */
export interface Account {
  id: string;
  orgId: string;
  roles: StaffRole[];
  isDemo: boolean;
  isDisabled: boolean;
  mustChangePassword: boolean;
  hasSecondFactor: boolean;
  /** Of the identity provider that is set now; null when not linked to it. */
  oidcSubject: string | null;
  createdAt: Date;
  lastSignInAt: Date | null;
}

/** Where subjects of the identity provider come from. */
export interface OidcNamespace {
  issuer: string;
  claim: string;
}

const NO_NAMESPACE: OidcNamespace = { issuer: '', claim: '' };

const ACCOUNT = `u.id, u.org_id as "orgId", u.roles, u.is_demo as "isDemo", u.disabled_at is not null as "isDisabled", u.must_change_password as "mustChangePassword",
  exists (select from second_factor f where f.user_id = u.id and f.confirmed_at is not null) as "hasSecondFactor",
  (select l.subject from oidc_link l where l.user_id = u.id and l.issuer = $1 and l.claim = $2) as "oidcSubject",
  u.created_at as "createdAt", u.last_sign_in_at as "lastSignInAt"`;

/** Users of a subtree by name. */
export async function listAccounts(
  db: Db,
  orgPath: string,
  { orgId, after, limit, oidc = NO_NAMESPACE }: { orgId?: string; after?: string; limit: number; oidc?: OidcNamespace },
): Promise<Account[]> {
  const conditions = conditionsOf([oidc.issuer, oidc.claim, orgPath, limit], [
    { name: 'org', values: asked(orgId), text: (place) => `u.org_id = ${place}` },
    { name: 'after', values: asked(after), text: (place) => `u.id > ${place}` },
  ]);
  const { rows } = await db.query<Account>({
    name: `listAccounts:${conditions.name}`,
    text: `select ${ACCOUNT} from app_user u join organisation o on o.id = u.org_id where starts_with(o.path, $3)${conditions.text} order by u.id limit $4`,
    values: conditions.values,
  });
  return rows;
}

/** One user of a subtree. */
export async function findAccount(db: Db, id: string, { orgPath, oidc = NO_NAMESPACE }: { orgPath: string; oidc?: OidcNamespace }): Promise<Account | undefined> {
  const { rows } = await db.query<Account>(`select ${ACCOUNT} from app_user u join organisation o on o.id = u.org_id where u.id = $3 and starts_with(o.path, $4)`, [
    oidc.issuer,
    oidc.claim,
    id,
    orgPath,
  ]);
  return rows[0];
}

/**
 * Holds the rows of an administrator and of whom he administers until the end of the transaction, so that two who disable each
 * other do it one after the other.
 *
 * @returns whether the administrator is active and an administrator still
 */
export async function lockAccounts(db: Db, adminId: string, userId: string): Promise<boolean> {
  const { rows } = await db.query<{ id: string; mayGoOn: boolean }>(
    `select id, disabled_at is null and 'admin' = any(roles) as "mayGoOn" from app_user where id = any($1) order by id for update`,
    [[adminId, userId]],
  );
  return rows.some(({ id, mayGoOn }) => id === adminId && mayGoOn);
}

export interface NewAccount {
  id: string;
  orgId: string;
  roles: readonly Role[];
  passwordHash: string;
  /** Whether there is a first password, to be changed within so many hours. */
  firstPasswordHours: number | null;
  createdBy: string;
}

/** @returns false when the name is taken, in whatever capitals */
export async function insertAccount(db: Db, { id, orgId, roles, passwordHash, firstPasswordHours, createdBy }: NewAccount): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into app_user (id, org_id, roles, password_hash, is_demo, must_change_password, first_password_until, created_by)
     values ($1, $2, $3, $4, false, $5::int is not null, now() + make_interval(hours => $5::int), $6) on conflict do nothing`,
    [id, orgId, roles, passwordHash, firstPasswordHours, createdBy],
  );
  return rowCount === 1;
}

export async function updateRoles(db: Db, id: string, roles: readonly Role[]): Promise<void> {
  await db.query('update app_user set roles = $2 where id = $1', [id, roles]);
}

export async function updateDisabled(db: Db, id: string, isDisabled: boolean): Promise<void> {
  await db.query('update app_user set disabled_at = case when $2 then coalesce(disabled_at, now()) end where id = $1', [id, isDisabled]);
}

export async function updateFirstPassword(db: Db, id: string, { hash, hours }: { hash: string; hours: number }): Promise<void> {
  await db.query('update app_user set password_hash = $2, must_change_password = true, first_password_until = now() + make_interval(hours => $3), password_changed_at = now() where id = $1', [
    id,
    hash,
    hours,
  ]);
}

/** Links a user to a subject, in place of the one before. @returns false when the subject is another user's */
export async function saveOidcLink(db: Db, userId: string, { issuer, claim, subject, linkedBy }: OidcNamespace & { subject: string; linkedBy: string }): Promise<boolean> {
  await deleteOidcLink(db, userId);
  const { rowCount } = await db.query('insert into oidc_link (issuer, claim, subject, user_id, linked_by) values ($1, $2, $3, $4, $5) on conflict do nothing', [
    issuer,
    claim,
    subject,
    userId,
    linkedBy,
  ]);
  return rowCount === 1;
}

export async function deleteOidcLink(db: Db, userId: string): Promise<void> {
  await db.query('delete from oidc_link where user_id = $1', [userId]);
}
