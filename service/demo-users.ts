import type { Role } from '../domain/case-facts';
import { rolesAtLevel } from '../domain/roles-at-level';
import type { Organisation } from '../domain/routing';

/** The demo's people: one user for each role that exists at an organisation's level, named `<orgId>.<role>`; no administrator of a province. */
export function demoUsers(organisations: Iterable<Organisation>): { id: string; orgId: string; roles: Role[] }[] {
  return [...organisations].flatMap(({ id, level }) =>
    rolesAtLevel(level)
      .filter((role) => role !== 'admin' || level !== 'province')
      .map((role) => ({ id: `${id}.${role}`, orgId: id, roles: [role] })),
  );
}
