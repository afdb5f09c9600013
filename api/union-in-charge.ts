import { relationsTo, unionInCharge, type CasePlaces } from '../access/relations';
import type { CaseRecord } from '../domain/case-record';
import type { User } from '../store/user.store';
import type { ReferenceTables } from './reference-tables';

/** Where a case's unions stand in the tree. */
export function placesOf({ territory, standing, hardshipFile }: CaseRecord, { organisations }: Pick<ReferenceTables, 'organisations'>): CasePlaces {
  const pathOf = (orgId: string | undefined) => (orgId === undefined ? null : (organisations.get(orgId)?.path ?? null));
  return { grassroots: pathOf(territory.grassrootsOrgId), reviewer: pathOf(standing?.reviewerOrgId), owner: pathOf(hardshipFile?.ownerOrgId) };
}

/** Whether the user's union, and no other, keeps the papers of the case. */
export function isInCharge(record: CaseRecord, { orgPath }: User, tables: Pick<ReferenceTables, 'organisations'>): boolean {
  const places = placesOf(record, tables);
  const relation = unionInCharge(places);
  if (!relationsTo(places, orgPath).includes(relation)) return false;
  return relation !== 'above.grassroots' || tables.organisations.get(tables.organisations.get(record.territory.grassrootsOrgId)?.parentId ?? '')?.path === orgPath;
}
