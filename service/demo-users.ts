import { ROLES, type Role } from '../domain/case-facts';
import type { Organisation } from '../domain/routing';

const OFFICE: readonly Role[] = ['handler', 'head', 'leader', 'member1', 'member2', 'member3', 'finance', 'treasurer', 'admin'];

/** The demo's people: one user for each role that exists at an organisation's level, named `<orgId>.<role>`. */
export function demoUsers(organisations: Iterable<Organisation>): { id: string; orgId: string; roles: Role[] }[] {
  return [...organisations].flatMap(({ id, level }) =>
    ROLES.filter((role) => isAt(role, level)).map((role) => ({ id: `${id}.${role}`, orgId: id, roles: [role] })),
  );
}

function isAt(role: Role, level: Organisation['level']): boolean {
  if (role === 'clerk') return level === 'grassroots';
  if (role === 'auditor') return level !== 'grassroots';
  if (role === 'supervisor') return level === 'city' || level === 'province';
  return OFFICE.includes(role) && (level === 'county' || level === 'city');
}
