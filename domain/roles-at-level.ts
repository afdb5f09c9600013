import { ROLES, type Role } from './case-facts';
import type { Organisation } from './routing';

const OFFICE: readonly Role[] = ['handler', 'head', 'leader', 'member1', 'member2', 'member3', 'finance', 'treasurer'];

/**
 * The roles that exist at an organisation's level, in the order of the contract's table.
 *
 * A province has an administrator as well, though none of the demo's: somebody must look after its auditors and supervisors.
 */
export function rolesAtLevel(level: Organisation['level']): readonly Role[] {
  return ROLES.filter((role) => isAt(role, level));
}

function isAt(role: Role, level: Organisation['level']): boolean {
  if (role === 'clerk') return level === 'grassroots';
  if (role === 'auditor' || role === 'admin') return level !== 'grassroots';
  if (role === 'supervisor' || role === 'operator') return level === 'city' || level === 'province';
  return OFFICE.includes(role) && (level === 'county' || level === 'city');
}

/** Why somebody cannot have these roles together at an organisation of that level; undefined when they can. */
export function whyNotTheseRoles(roles: readonly Role[], level: Organisation['level']): 'notAtThisLevel' | 'adminStandsAlone' | undefined {
  const there = rolesAtLevel(level);
  if (roles.some((role) => !there.includes(role))) return 'notAtThisLevel';
  // An administrator sees no case content, which a second role would show.
  if (roles.includes('admin') && roles.length > 1) return 'adminStandsAlone';
  return undefined;
}
