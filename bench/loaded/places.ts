import type { Pool } from 'pg';
import { listOrganisations, type PlacedOrganisation } from '../../store/organisation.store';
import type { Place } from './placed-template';

/** Every grassroots union of the demo whose county has a region code. */
export async function demoPlaces(pool: Pool): Promise<Place[]> {
  const organisations = await listOrganisations(pool);
  return organisations.filter(({ level, regionCode }) => level === 'grassroots' && regionCode !== null).map(placeOf);
}

function placeOf({ id, path, regionCode }: PlacedOrganisation): Place {
  const [provinceOrgId, cityOrgId, countyOrgId] = path.split('/');
  if (!provinceOrgId || !cityOrgId || !countyOrgId || !regionCode) throw new Error(`the grassroots union ${id} does not stand below a county`);
  return { grassrootsOrgId: id, countyOrgId, cityOrgId, provinceOrgId, regionCode };
}
