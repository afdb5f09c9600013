import { normaliseIdNumber } from '../domain/identity-number';
import type { Relation } from '../domain/household';

/** Whom a number of a household stands for, as far as somebody has said. */
export interface Bearer {
  memberNo: number;
  relation?: Relation;
  name?: string;
  idNumber?: string;
}

/**
 * Numbers that a household gives to somebody else than whom they stand for. A number is one person's for good: consents,
 * reveals and exports go by it, and who is given without name and ID number keeps those on record.
 *
 * @param known everybody who bears a number or has borne one, each number once
 * @returns in the order in which they were given; empty where the household may replace the one on record
 */
export function numbersOfOthers(known: readonly Bearer[], given: readonly Bearer[]): number[] {
  const bearers = new Map(known.map((bearer) => [bearer.memberNo, bearer]));
  const self = known.find(({ relation }) => relation === 'self');
  const isTaken = (member: Bearer) => {
    const bearer = bearers.get(member.memberNo);
    if (bearer) return isAnother(bearer, member);
    return member.relation === 'self' && self !== undefined; // the applicant keeps the number, too
  };
  return given.filter(isTaken).map(({ memberNo }) => memberNo);
}

/**
 * Whether what was said of one number at two times cannot be of one person. The same ID number, or the same name, makes the
 * rest a correction; one of them that differs, and nothing that agrees, makes it somebody else. Where neither tells, the
 * relation does: a list that was renumbered with figures alone is known by it. Nobody becomes the applicant.
 */
export function isAnother(one: Bearer, other: Bearer): boolean {
  if (one.relation && other.relation && (one.relation === 'self') !== (other.relation === 'self')) return true;
  const told = [agree(one.idNumber, other.idNumber, normaliseIdNumber), agree(one.name, other.name, (name) => name.trim())];
  if (told.includes(true)) return false;
  return told.includes(false) || (one.relation !== undefined && other.relation !== undefined && one.relation !== other.relation);
}

/** Undefined where one side says nothing. */
function agree(one: string | undefined, other: string | undefined, normalise: (text: string) => string): boolean | undefined {
  return one === undefined || other === undefined ? undefined : normalise(one) === normalise(other);
}
