import type { Scope } from '../store/scoped-records';
import type { User } from '../store/user.store';

/** What of the record is open to somebody: the own subtree, less what is too near to the person or to whom the person stands in for; an applicant's own cases. */
export function scopeOf({ id, orgPath, onBehalfOf, applicant }: User): Scope {
  if (applicant) return { orgPath: '', users: [], applicant: applicant.index };
  return { orgPath, users: onBehalfOf === undefined ? [id] : [id, onBehalfOf] };
}
