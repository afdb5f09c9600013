import { createHash } from 'node:crypto';
import type { LivingStandard } from '../domain/living-standard';
import type { Reference } from '../domain/reference';
import type { WorkingCalendar } from '../domain/working-days';
import { policiesForOrg, type LoadedPolicies } from '../policies/load';
import type { Db } from '../store/db';
import { canonical } from '../store/event-hash';
import { listOrganisations, type PlacedOrganisation } from '../store/organisation.store';
import { getReferenceDocument } from '../store/reference.store';

/** The tables that decisions rest on, as they were loaded into the record, kept in memory of this process. */
export class ReferenceTables {
  private readonly byTerritory = new Map<string, Reference>();

  private constructor(
    readonly organisations: ReadonlyMap<string, PlacedOrganisation>,
    readonly calendar: WorkingCalendar,
    private readonly standards: LivingStandard[],
    private readonly policies: LoadedPolicies,
  ) {}

  static async load(db: Db): Promise<ReferenceTables> {
    return new ReferenceTables(
      new Map((await listOrganisations(db)).map((org) => [org.id, org])),
      await getReferenceDocument<WorkingCalendar>(db, 'calendar'),
      await getReferenceDocument<LivingStandard[]>(db, 'livingStandards'),
      await getReferenceDocument<LoadedPolicies>(db, 'policies'),
    );
  }

  /** The shortest retention that any policy has, in whole years: what ended later cannot be due anywhere. */
  get leastRetentionYears(): number {
    return Math.min(...this.policies.policies.map(({ retentionYears }) => retentionYears.value));
  }

  /** What a case of this territory decides by; `orgPath` from the grassroots union up. */
  forTerritory({ orgPath, regionCode }: { orgPath: readonly string[]; regionCode: string }): Reference {
    const key = `${orgPath[0] ?? ''}|${regionCode}`;
    const known = this.byTerritory.get(key);
    if (known) return known;
    const tables = {
      policies: policiesForOrg(orgPath, this.policies),
      standards: this.standards.filter((row) => row.regionCode === regionCode),
      calendar: this.calendar,
    };
    const reference = { ...tables, digest: createHash('sha256').update(canonical(tables)).digest('hex').slice(0, 16) };
    this.byTerritory.set(key, reference);
    return reference;
  }
}
