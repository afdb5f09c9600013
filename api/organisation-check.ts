import { invalidInput } from './problem';
import { both } from './schema-messages';

interface Places {
  employer: { orgId?: string } | null;
  residence: { communityOrgId?: string };
  filedAtOrgId?: string;
}

/** @throws HttpProblem INVALID_INPUT naming every organisation that does not exist: a slip must not route a case elsewhere in silence */
export function mustNameKnownOrganisations(known: ReadonlyMap<string, unknown>, { employer, residence, filedAtOrgId }: Places): void {
  const named = { 'body.employer.orgId': employer?.orgId, 'body.residence.communityOrgId': residence.communityOrgId, 'body.filedAtOrgId': filedAtOrgId };
  const unknown = Object.entries(named).filter(([, id]) => id !== undefined && !known.has(id));
  if (unknown.length > 0) throw invalidInput(unknown.map(([path]) => ({ path, message: both('没有这个工会组织', 'there is no such organisation') })));
}
