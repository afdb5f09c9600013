import type { CaseRecord } from './case-record';
import type { Actor } from './decisions/decide';

/**
 * What somebody did in a case that keeps them from something else in it (R-BZ-31, R-JS-53): who looked does not judge what
 * was seen, who handled the case and who proposed the aid neither decides on it nor pays it, who brought another account,
 * or one with an imported file, does not pay to it, who prepared money does not release it.
 */
export const DUTIES = ['visitor', 'caseHandler', 'proposer', 'accountChanger', 'preparer'] as const;
export type Duty = (typeof DUTIES)[number];

/** User names by what they did; the names of those on whose behalf they acted among them. */
export type Duties = Partial<Record<Duty, string[]>>;

/** Somebody who acts is the person, and whoever the person stands in for: separation of duties looks at both. */
export function personsOf({ user, onBehalfOf }: Pick<Actor, 'user' | 'onBehalfOf'>): string[] {
  return onBehalfOf == null ? [user] : [user, onBehalfOf];
}

/** The duties after somebody did one more; the same record where nothing is new. */
export function withDuty(record: CaseRecord, duty: Duty, users: readonly (string | null)[]): CaseRecord {
  const known = record.duties?.[duty] ?? [];
  const added = [...new Set(users)].filter((user): user is string => user !== null && !known.includes(user));
  return added.length === 0 ? record : { ...record, duties: { ...record.duties, [duty]: [...known, ...added] } };
}

/** What keeps somebody from doing what is not for people with these duties; undefined when nothing does. */
export function conflictOf({ duties }: Pick<CaseRecord, 'duties'>, except: readonly Duty[], actor: Actor): { user: string; duty: Duty } | undefined {
  for (const duty of except) {
    const user = personsOf(actor).find((person) => duties?.[duty]?.includes(person));
    if (user !== undefined) return { user, duty };
  }
  return undefined;
}
