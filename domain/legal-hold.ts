import type { Role } from './case-facts';

/** Who looks after the others, and has no part in destroying. */
const OVERSEEING: readonly Role[] = ['auditor', 'supervisor'];
/** Whose union keeps the papers. */
const KEEPING: readonly Role[] = ['handler', 'head'];

export function isOverseer(roles: readonly Role[]): boolean {
  return roles.some((role) => OVERSEEING.includes(role));
}

/**
 * Whether only an overseer lifts a hold: where an overseer placed it, or that cannot be ruled out. Else the head who approves a
 * destruction would take away first what stands against it.
 *
 * @param placerRoles all roles in which it may have been placed
 */
export function isForOverseersToLift(placerRoles: readonly Role[]): boolean {
  return isOverseer(placerRoles) || !placerRoles.some((role) => KEEPING.includes(role));
}
