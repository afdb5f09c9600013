import type { Role } from '../domain/case-facts';
import type { PlainDate } from '../domain/calendar-date';
import type { Db } from './db';
import type { User } from './user.store';

/** Somebody stands in for somebody else, from one day to another, both included. */
export interface Delegation {
  id: string;
  fromUser: string;
  toUser: string;
  roles: Role[];
  fromOn: PlainDate;
  untilOn: PlainDate;
  createdBy: string;
  createdAt: Date;
  revokedBy: string | null;
  revokedAt: Date | null;
}

const COLUMNS = `d.id, d.from_user as "fromUser", d.to_user as "toUser", d.roles, d.from_on as "fromOn", d.until_on as "untilOn", d.created_by as "createdBy",
  d.created_at as "createdAt", d.revoked_by as "revokedBy", d.revoked_at as "revokedAt"`;

/**
 * Writes a delegation down. Whoever is being made an administrator meanwhile is waited for: what is delegated to him ends with it, and this
 * would come too late for that.
 *
 * @returns undefined where that made him one
 */
export async function insertDelegation(db: Db, { id, fromUser, toUser, roles, fromOn, untilOn, createdBy }: Omit<Delegation, 'createdAt' | 'revokedBy' | 'revokedAt'>): Promise<Delegation | undefined> {
  const { rows } = await db.query<Delegation>(
    `insert into delegation as d (id, from_user, to_user, roles, from_on, until_on, created_by)
     select $1, $2, t.id, $4, $5, $6, $7 from app_user t where t.id = $3 and 'admin' <> all(t.roles) for share returning ${COLUMNS}`,
    [id, fromUser, toUser, roles, fromOn, untilOn, createdBy],
  );
  return rows[0];
}

export async function findDelegation(db: Db, id: string): Promise<Delegation | undefined> {
  const { rows } = await db.query<Delegation>(`select ${COLUMNS} from delegation d where d.id = $1`, [id]);
  return rows[0];
}

/** Ends a delegation at once; one that is revoked stays as it is. @returns whether it was this that ended it */
export async function revokeDelegation(db: Db, id: string, revokedBy: string): Promise<boolean> {
  const { rowCount } = await db.query('update delegation set revoked_by = $2, revoked_at = now() where id = $1 and revoked_at is null', [id, revokedBy]);
  return rowCount === 1;
}

/** Ends what was delegated to somebody and what is to be. */
export async function revokeDelegationsTo(db: Db, toUser: string, revokedBy: string): Promise<void> {
  await db.query('update delegation set revoked_by = $2, revoked_at = now() where to_user = $1 and revoked_at is null', [toUser, revokedBy]);
}

/**
 * The person as somebody who stands in for `fromUser` on this day: place and scope are those of `fromUser`, and of the roles
 * those that are delegated and that `fromUser` still has. Undefined where nothing is delegated, one of the two is not active, or the
 * person is an administrator, who sees no case content, with whatever was delegated before.
 */
export async function findStandIn(db: Db, toUser: string, fromUser: string, today: PlainDate): Promise<User | undefined> {
  const { rows } = await db.query<User>({
    name: 'findStandIn',
    text: `select t.id, f.org_id as "orgId", o.path as "orgPath", f.id as "onBehalfOf",
                  array(select distinct r from delegation d, unnest(d.roles) r where d.from_user = f.id and d.to_user = t.id and d.revoked_at is null
                          and $3::date between d.from_on and d.until_on and r = any(f.roles) and r <> 'admin') as roles
             from app_user t, app_user f join organisation o on o.id = f.org_id
            where t.id = $1 and f.id = $2 and t.disabled_at is null and f.disabled_at is null and 'admin' <> all(t.roles)`,
    values: [toUser, fromUser, today],
  });
  const [found] = rows;
  return found && found.roles.length > 0 ? found : undefined;
}

/** Delegations from and to a user, and those of all users of `orgPath`'s subtree where it is given; the latest first. */
export async function listDelegations(db: Db, userId: string, orgPath: string | null, page: { before?: { createdAt: string; id: string }; limit: number }): Promise<Delegation[]> {
  const { rows } = await db.query<Delegation>(
    `select ${COLUMNS} from delegation d
      where (d.from_user = $1 or d.to_user = $1
             or d.from_user in (select u.id from app_user u join organisation o on o.id = u.org_id where o.path like $2::text || '%'))
        and ($3::timestamptz is null or (date_trunc('milliseconds', d.created_at), d.id) < ($3, $4::uuid))
      order by date_trunc('milliseconds', d.created_at) desc, d.id desc limit $5`,
    [userId, orgPath, page.before?.createdAt ?? null, page.before?.id ?? null, page.limit],
  );
  return rows;
}
