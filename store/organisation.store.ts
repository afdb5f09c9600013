import type { Organisation } from '../domain/routing';
import type { Db } from './db';

/** An organisation with its place in the tree: the ids from the root down to it, each followed by `/`. */
export type PlacedOrganisation = Organisation & { path: string };

export async function listOrganisations(db: Db): Promise<PlacedOrganisation[]> {
  const { rows } = await db.query<PlacedOrganisation>(
    `select id, name, level, kind, parent_id as "parentId", region_code as "regionCode", service_centre as "serviceCentre", path from organisation order by id`,
  );
  return rows;
}

/** Enters organisations, parents first, and brings known ones up to date. */
export async function saveOrganisations(db: Db, organisations: ReadonlyMap<string, Organisation>): Promise<void> {
  const placed = [...organisations.values()].map((org) => ({ ...org, path: pathOf(org, organisations) }));
  placed.sort((a, b) => a.path.split('/').length - b.path.split('/').length);
  for (const org of placed) {
    await db.query(
      `insert into organisation (id, name, level, kind, parent_id, region_code, service_centre, path) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (id) do update set name = $2, level = $3, kind = $4, parent_id = $5, region_code = $6, service_centre = $7, path = $8`,
      [org.id, org.name, org.level, org.kind, org.parentId, org.regionCode, org.serviceCentre, org.path],
    );
  }
}

function pathOf(org: Organisation, organisations: ReadonlyMap<string, Organisation>): string {
  const parent = org.parentId ? organisations.get(org.parentId) : undefined;
  if (org.parentId && !parent) throw new RangeError(`organisation ${org.id} has an unknown parent ${org.parentId}`);
  return `${parent ? pathOf(parent, organisations) : ''}${org.id}/`;
}
