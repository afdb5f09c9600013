import type { CaseUnion, Reach } from '../access/relations';

/** Where a case's row names its unions; each has an index by case number. */
const COLUMN: Record<CaseUnion, string> = { grassroots: 'grassroots_org_id', reviewer: 'reviewer_org_id', owner: 'owner_org_id' };

type ReachedUnion = Reach['unions'][number];

/** Names the predicate, because statements of other reaches are other statements; short, because names end after 63 characters. */
export function reachName({ unions, applicant }: Reach): string {
  if (applicant !== undefined) return 'own';
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
export function caseInReach({ unions, applicant }: Reach, place: string, table: string): string {
  if (applicant !== undefined) return `exists (select 1 from case_applicant a where a.case_id = ${table}.id and ${isApplicant(place)})`;
  const conditions = [...new Set(unions.map((union) => isReached(union, place)))].map((condition) => {
    const columns = unions.filter((union) => isReached(union, place) === condition).map(({ union }) => `${table}.${COLUMN[union]}`);
    return `(o.id in (${columns.join(', ')}) and ${condition})`;
  });
  return conditions.length === 0 ? 'false' : `exists (select 1 from organisation o where ${conditions.join(' or ')})`;
}

/** By what the predicate of a reach is narrowed: the value for its `place`. */
export function valueOfReach({ orgPath, applicant }: Reach): string {
  return applicant ?? orgPath;
}

/** Of a `case_applicant`. */
function isApplicant(place: string): string {
  return `applicant_index = decode(${place}, 'hex')`;
}

/** The rows of an applicant's own cases, as `from` and `where` of a statement. */
export function ownCases(place: string): string {
  return `hardship_case join case_applicant on case_id = id where ${isApplicant(place)}`;
}

/**
 * For each way in which a case can be within reach: the column that names its union, and the condition on that `organisation o`.
 */
export function waysOf({ unions }: Reach, place: string): { column: string; condition: string }[] {
  return unions.map((union) => ({ column: COLUMN[union.union], condition: isReached(union, place) }));
}
