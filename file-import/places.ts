import { AFFILIATIONS, type Affiliation } from '../domain/policy';
import type { Organisation } from '../domain/routing';
import type { CellRead } from './read-cell';

/** Organisations and regions, as clerks write them: by name or by code. */
export class Places {
  private readonly organisations: Map<string, Organisation>;
  private readonly byName = new Map<string, Organisation[]>();
  /** Names of regions, each with the codes that bear it. */
  private readonly regions = new Map<string, Set<string>>();

  constructor(organisations: readonly Organisation[]) {
    this.organisations = new Map(organisations.map((org) => [org.id, org]));
    for (const org of organisations) {
      this.byName.set(spelled(org.name), [...(this.byName.get(spelled(org.name)) ?? []), org]);
      // The region of a union of the territory is in its name: 梁溪区总工会.
      if (org.regionCode !== null && (org.kind === 'countyUnion' || org.kind === 'cityUnion')) this.addRegion(org.name.replace(/总工会$/, ''), org.regionCode);
    }
  }

  organisation(text: string): CellRead {
    const byId = this.organisations.get(text) ?? this.organisations.get(text.toLowerCase());
    if (byId) return { value: byId.id };
    const [found, ...others] = this.byName.get(spelled(text)) ?? [];
    if (!found) return { unreadable: '没有这个工会组织，请填写工会全称或编号' };
    return others.length === 0 ? { value: found.id } : { unreadable: '有多个工会组织同名，请填写编号' };
  }

  /** A region's code, also from its name with or without city and province before it. */
  region(text: string): CellRead {
    if (/^\d{6}$/.test(text)) return { value: text };
    const name = spelled(text);
    const codes = [...this.regions].filter(([known]) => name === known || name.endsWith(known)).sort(([a], [b]) => b.length - a.length)[0]?.[1];
    const [code, ...others] = codes ?? [];
    if (code === undefined) return { unreadable: '没有这个地区，请填写区县全称或 6 位行政区划代码' };
    return others.length === 0 ? { value: code } : { unreadable: '有多个地区同名，请填写 6 位行政区划代码' };
  }

  /** What an organisation says of the place it is in: its own region, or that of the union above it. */
  regionOf(orgId: string): string | undefined {
    return this.upFrom(orgId).find((org) => org.regionCode !== null)?.regionCode ?? undefined;
  }

  /** Which kind of county-level union an organisation hangs under. */
  affiliationOf(orgId: string): Affiliation | undefined {
    const county = this.upFrom(orgId).find((org) => org.level === 'county');
    return AFFILIATIONS.find((affiliation) => affiliation === county?.kind);
  }

  private upFrom(orgId: string): Organisation[] {
    const path: Organisation[] = [];
    for (let org = this.organisations.get(orgId); org && !path.includes(org); org = this.organisations.get(org.parentId ?? '')) path.push(org);
    return path;
  }

  private addRegion(name: string, code: string): void {
    const codes = this.regions.get(spelled(name)) ?? new Set<string>();
    this.regions.set(spelled(name), codes.add(code));
  }
}

function spelled(name: string): string {
  return name.replaceAll(/\s/g, '').replaceAll('（', '(').replaceAll('）', ')');
}
