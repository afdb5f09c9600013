import type { CaseUnion, Reach } from '../access/relations';

/** Where a case's row names its unions; each has an index by case number. */
const COLUMN: Record<CaseUnion, string> = { grassroots: 'grassroots_org_id', reviewer: 'reviewer_org_id', owner: 'owner_org_id' };

type ReachedUnion = Reach['unions'][number];

/** Names the predicate, because statements of other reaches are other statements; short, because names end after 63 characters. */
export function reachName({ unions }: Reach): string {
  return unions.map(({ union, itself, below }) => `${union.charAt(0)}${itself ? '=' : ''}${below ? '<' : ''}`).join('');
}

/** Whether an `organisation o` is reached, as a condition; `place` holds the path of the own union, such as `$2`. */
function isReached({ itself, below }: Pick<ReachedUnion, 'itself' | 'below'>, place: string): string {
  if (!below) return `o.path = ${place}`;
  return itself ? `o.path like ${place} || '%'` : `o.path like ${place} || '_%'`;
}

/**
 * The predicate of a case within somebody's reach: the one place where relations of the access table become SQL.
 *
 * @param table alias of the case's row
 */
export function caseInReach({ unions }: Reach, place: string, table: string): string {
  const conditions = [...new Set(unions.map((union) => isReached(union, place)))].map((condition) => {
    const columns = unions.filter((union) => isReached(union, place) === condition).map(({ union }) => `${table}.${COLUMN[union]}`);
    return `(o.id in (${columns.join(', ')}) and ${condition})`;
  });
  return conditions.length === 0 ? 'false' : `exists (select 1 from organisation o where ${conditions.join(' or ')})`;
}

/**
 * For each way in which a case can be within reach: the column that names its union, and the condition on that `organisation o`.
 */
export function waysOf({ unions }: Reach, place: string): { column: string; condition: string }[] {
  return unions.map((union) => ({ column: COLUMN[union.union], condition: isReached(union, place) }));
}
