import type { Affiliation } from './policy';

/** Where a case belongs: resolved once from the application, the input of every routing decision. Organisation ids and region codes only. */
export interface Territory {
  grassrootsOrgId: string;
  countyOrgId: string;
  cityOrgId: string;
  /** From the grassroots union up to the root, itself first. */
  orgPath: string[];
  affiliation: Affiliation;
  /** GB/T 2260 county code of the employer, or of the residence where there is no employer; also selects the living standard. */
  regionCode: string;
  hasEmployer: boolean;
}

/**
 * Whether `orgId` is the organisation `of` or lies above it, as far as the case's territory knows them. The reviewing
 * county need not be an ancestor of the grassroots union (R-WX-05b), so its chain goes on with the city.
 */
export function isAtOrAbove({ grassrootsOrgId, cityOrgId, orgPath }: Territory, orgId: string, of: string): boolean {
  if (orgId === of) return true;
  const city = orgPath.indexOf(cityOrgId);
  const aboveCity = city < 0 ? [] : orgPath.slice(city + 1);
  if (of === grassrootsOrgId) return orgPath.includes(orgId);
  return aboveCity.includes(orgId) || (of !== cityOrgId && orgId === cityOrgId);
}
