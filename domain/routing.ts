import { labelOf } from './explanation';
import type { Explanation } from './explanation';
import type { ClassOrNone } from './hardship-class-names';
import { AFFILIATIONS } from './policy';
import type { Affiliation, Policy, Route } from './policy';
import { accepted, refused } from './refusal';
import type { Decision } from './refusal';
import type { Territory } from './territory';

/** A union organisation (工会) of the tree. */
export interface Organisation {
  id: string;
  name: string;
  level: 'province' | 'city' | 'county' | 'grassroots';
  /** provincialUnion, cityUnion, one of the affiliations at county level, enterpriseUnion or communityUnion. */
  kind: string;
  parentId: string | null;
  /** GB/T 2260 code; null for zones, bureau/company and direct-unit unions and the unions below them. */
  regionCode: string | null;
  /** 职工服务中心; null for grassroots unions. */
  serviceCentre: string | null;
}

export type Organisations = ReadonlyMap<string, Organisation>;

/** What an application says about where the worker belongs. */
export interface TerritoryFacts {
  employer: { orgId?: string; regionCode: string; affiliation: Affiliation } | null;
  residence: { regionCode: string; communityOrgId?: string };
  filedAtOrgId?: string;
}

/**
 * The territory of a case: its grassroots union, the county-level and city union above, the affiliation.
 *
 * An application filed at a service centre still goes to a grassroots union. The county is that of the employer, not of the
 * home address and not of the place of filing; without an employer it is that of the residence.
 *
 * Refused with GRASSROOTS_UNION_UNKNOWN when no grassroots union can be named, or when the one named hangs under no county-level
 * and city union: nobody could review the case.
 * @see R-BZ-14a, R-WX-05b, A-09, A-10
 */
export function resolveTerritory(orgs: Organisations, facts: TerritoryFacts): Decision<Territory> {
  const regionCode = facts.employer?.regionCode ?? facts.residence.regionCode;
  const grassroots = grassrootsUnion(orgs, facts, regionCode);
  if (!grassroots) return unknownGrassrootsUnion();

  const path = pathUp(orgs, grassroots);
  const ancestor = path.find((org) => org.level === 'county');
  const county = countyLevelUnion(orgs, facts.employer, regionCode, ancestor);
  const city = county?.parentId == null ? undefined : orgs.get(county.parentId);
  if (!county || !city) return unknownGrassrootsUnion();

  return accepted({
    grassrootsOrgId: grassroots.id,
    countyOrgId: county.id,
    cityOrgId: city.id,
    orgPath: path.map((org) => org.id),
    // Affiliation is a property of the unit. Who has no unit takes that of the union of the place, which matters
    // only where the residence has no county union of its own code, as in a zone.
    affiliation: facts.employer?.affiliation ?? AFFILIATIONS.find((affiliation) => affiliation === county.kind) ?? 'countyUnion',
    regionCode,
    hasEmployer: facts.employer !== null,
  });
}

/** Who reviews a case, and by which line of the routing table. */
export interface Reviewer {
  orgId: string;
  explanation: Explanation;
}

/**
 * The union that reviews a case of this class in this territory: the first line of the profile's routing table that fits.
 *
 * Refused with POLICY_VALUE_MISSING where the profile has no line for it.
 * @see R-WX-05a, R-WX-05b, R-WX-05c, R-BZ-F8, A-10, A-11
 */
export function reviewerOf(hardshipClass: ClassOrNone, territory: Territory, policy: Policy): Decision<Reviewer> {
  const route = policy.routes?.find((line) => fits(line, hardshipClass, territory));
  if (!route) return refused({ code: 'POLICY_VALUE_MISSING', profile: policy.id, missing: ['routes'] });

  const orgId = route.to === 'city' ? territory.cityOrgId : territory.countyOrgId;
  return accepted({
    orgId,
    explanation: {
      rule: labelOf(route),
      verdict: 'chosen',
      detail:
        `Class ${hardshipClass}, region ${territory.regionCode}, affiliation ${territory.affiliation}: ` +
        `reviewed by the ${route.to}-level union ${orgId}.`,
      operands: {
        class: hardshipClass,
        regionCode: territory.regionCode,
        affiliation: territory.affiliation,
        to: route.to,
        orgId,
      },
    },
  });
}

function fits(route: Route, hardshipClass: ClassOrNone, { regionCode, affiliation }: Territory): boolean {
  return (
    route.classes.includes(hardshipClass) &&
    (route.onlyRegions?.includes(regionCode) ?? true) &&
    !(route.exceptRegions?.includes(regionCode) ?? false) &&
    (route.affiliations?.includes(affiliation) ?? true)
  );
}

function grassrootsUnion(
  orgs: Organisations,
  { employer, residence, filedAtOrgId }: TerritoryFacts,
  regionCode: string,
): Organisation | undefined {
  return (
    findGrassroots(orgs, employer?.orgId) ??
    findGrassroots(orgs, residence.communityOrgId) ??
    findGrassroots(orgs, filedAtOrgId) ??
    firstCommunityUnion(orgs, regionCode)
  );
}

function findGrassroots(orgs: Organisations, id: string | undefined): Organisation | undefined {
  const org = id === undefined ? undefined : orgs.get(id);
  return org?.level === 'grassroots' ? org : undefined;
}

/** By id, so that the same application always reaches the same union, whatever order the tree was loaded in. */
function firstCommunityUnion(orgs: Organisations, regionCode: string): Organisation | undefined {
  const county = countyUnionOf(orgs, regionCode);
  return [...orgs.values()]
    .filter((org) => county !== undefined && org.parentId === county.id && org.kind === 'communityUnion')
    .reduce<Organisation | undefined>((first, org) => (first && first.id < org.id ? first : org), undefined);
}

function countyUnionOf(orgs: Organisations, regionCode: string): Organisation | undefined {
  return [...orgs.values()].find((org) => org.kind === 'countyUnion' && org.regionCode === regionCode);
}

function countyLevelUnion(
  orgs: Organisations,
  employer: TerritoryFacts['employer'],
  regionCode: string,
  ancestor: Organisation | undefined,
): Organisation | undefined {
  if (!employer || employer.affiliation === 'countyUnion') return countyUnionOf(orgs, regionCode) ?? ancestor;
  if (ancestor?.kind === employer.affiliation) return ancestor;
  // A unit of a zone or a bureau whose own grassroots union is unknown: its owner is clear only if the city has just one such.
  const ofThatKind = [...orgs.values()].filter((org) => org.kind === employer.affiliation && org.parentId === ancestor?.parentId);
  return ofThatKind.length === 1 ? ofThatKind[0] : ancestor;
}

/** An organisation and all above it; stops at a loop, which the check of the tree reports. */
function pathUp(orgs: Organisations, from: Organisation): Organisation[] {
  const path: Organisation[] = [];
  let org: Organisation | undefined = from;
  while (org && !path.includes(org)) {
    path.push(org);
    org = org.parentId === null ? undefined : orgs.get(org.parentId);
  }
  return path;
}

function unknownGrassrootsUnion<T>(): Decision<T> {
  return refused({ code: 'GRASSROOTS_UNION_UNKNOWN', rule: 'R-BZ-14a' });
}
