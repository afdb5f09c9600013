import type { Db } from './db';

/** Whoever migrates: owns the tables, and is let through their row-level security by name. */
export const OWNER_ROLE = 'bihuan_owner';
/** The service on its own behalf: all cases, and of append-only tables nothing but appending. */
export const SERVICE_ROLE = 'bihuan_worker';
/** The API on a person's behalf: the rows of that person's scope, and without a scope none. */
export const USER_ROLE = 'bihuan_api';

const ROLES = [OWNER_ROLE, SERVICE_ROLE, USER_ROLE];
const INSUFFICIENT_PRIVILEGE = '42501';

/** The server has not these roles, and whoever migrates may not make them. */
export class RolesMissing extends Error {
  override readonly name = 'RolesMissing';

  constructor(user: string, options: ErrorOptions) {
    const sql = `create role ${ROLES.join('; create role ')}; grant ${ROLES.join(', ')} to "${user}"`;
    super(`The database user ${user} may not create the roles that the record needs; let an administrator of the server run once: ${sql};`, options);
  }
}

/**
 * Makes the three roles where the server has none, without a login, and lets whoever migrates become each of them.
 *
 * Roles are the server's and not the database's: stacks that share a server share them, and their tables stay apart.
 * @throws RolesMissing
 */
export async function ensureRoles(db: Db): Promise<void> {
  const { rows } = await db.query<{ user: string }>('select current_user as user');
  const user = rows[0]?.user ?? '';
  for (const role of ROLES) {
    try {
      await db.query(ensureRole(role));
    } catch (error) {
      if ((error as { code?: unknown }).code === INSUFFICIENT_PRIVILEGE) throw new RolesMissing(user, { cause: error });
      throw error;
    }
  }
}

/** Another stack on the same server may make it at the same moment. */
function ensureRole(role: string): string {
  return `do $$ begin
    if not exists (select from pg_roles where rolname = '${role}') then
      begin
        create role ${role} nologin nosuperuser nobypassrls nocreatedb nocreaterole;
      exception when duplicate_object or unique_violation then null;
      end;
    end if;
    if not pg_has_role(current_user, '${role}', 'usage') or not pg_has_role(current_user, '${role}', 'set') then
      execute format('grant ${role} to %I with inherit true, set true', current_user);
    end if;
  end $$`;
}
