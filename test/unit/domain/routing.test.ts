import fc from 'fast-check';
import { AFFILIATIONS } from '../../../domain/policy';
import { resolveTerritory, reviewerOf } from '../../../domain/routing';
import type { TerritoryFacts } from '../../../domain/routing';
import { loadReference } from '../../../policies/reference';
import { policy, refusalsOf, territory, valueOf } from './given';

const { organisations } = loadReference();
const resolve = (facts: TerritoryFacts) => resolveTerritory(organisations, facts);
const liangxiHome = { regionCode: '320213' };

describe('resolveTerritory', () => {
  test('the employer’s union, its county and city, and the path to the root', () => {
    const facts: TerritoryFacts = {
      employer: { orgId: 'wx-huishan-e1', regionCode: '320206', affiliation: 'countyUnion' },
      residence: liangxiHome,
    };
    expect(valueOf(resolve(facts))).toEqual({
      grassrootsOrgId: 'wx-huishan-e1',
      countyOrgId: 'wx-huishan',
      cityOrgId: 'wx',
      orgPath: ['wx-huishan-e1', 'wx-huishan', 'wx', 'js'],
      affiliation: 'countyUnion',
      regionCode: '320206',
      hasEmployer: true,
    });
  });
  test('R-WX-05b: the county is that of the employer, not of the home, of the filing or of the union it happens to sit under', () => {
    const facts: TerritoryFacts = {
      employer: { orgId: 'wx-binhu-e1', regionCode: '320206', affiliation: 'countyUnion' },
      residence: { regionCode: '320213', communityOrgId: 'wx-liangxi-c1' },
      filedAtOrgId: 'wx-xishan',
    };
    expect(valueOf(resolve(facts))).toMatchObject({ grassrootsOrgId: 'wx-binhu-e1', countyOrgId: 'wx-huishan' });
  });
  test('R-BZ-14a: filed at the county’s service centre, it still goes to the employer’s grassroots union', () => {
    const facts: TerritoryFacts = {
      employer: { orgId: 'bz-mengcheng-e1', regionCode: '341622', affiliation: 'countyUnion' },
      residence: { regionCode: '341622' },
      filedAtOrgId: 'bz-mengcheng',
    };
    expect(valueOf(resolve(facts)).grassrootsOrgId).toBe('bz-mengcheng-e1');
  });
  test.each([
    [
      'the community union named',
      { residence: { ...liangxiHome, communityOrgId: 'wx-liangxi-c1' }, filedAtOrgId: 'wx-liangxi-e1' },
      'wx-liangxi-c1',
    ],
    ['the union where it was filed', { residence: liangxiHome, filedAtOrgId: 'wx-liangxi-e1' }, 'wx-liangxi-e1'],
    ['a community union of the county', { residence: liangxiHome, filedAtOrgId: 'wx-liangxi' }, 'wx-liangxi-c1'],
    [
      'a community union of the county, when a county union is named as employer union',
      { residence: { ...liangxiHome, communityOrgId: 'wx-liangxi' } },
      'wx-liangxi-c1',
    ],
  ])('without an employer’s union: %s', (_what, facts, expected) => {
    expect(valueOf(resolve({ employer: null, ...facts })).grassrootsOrgId).toBe(expected);
  });
  test('A-09: without an employer the residence counts, also for the living standard', () => {
    expect(
      valueOf(resolve({ employer: null, residence: { regionCode: '320211', communityOrgId: 'wx-binhu-c1' } })),
    ).toMatchObject({
      countyOrgId: 'wx-binhu',
      regionCode: '320211',
      affiliation: 'countyUnion',
      hasEmployer: false,
    });
  });
  test('A-10: a zone’s worker belongs to the zone, although the place has a county union', () => {
    const facts: TerritoryFacts = {
      employer: { orgId: 'wx-jkq-e1', regionCode: '320211', affiliation: 'developmentZoneUnion' },
      residence: liangxiHome,
    };
    expect(valueOf(resolve(facts))).toMatchObject({
      countyOrgId: 'wx-jkq',
      cityOrgId: 'wx',
      affiliation: 'developmentZoneUnion',
      regionCode: '320211',
    });
  });
  test('a zone’s worker whose union is unknown: the city’s only union of that kind owns the case', () => {
    const facts = (regionCode: string): TerritoryFacts => ({
      employer: { regionCode, affiliation: 'developmentZoneUnion' },
      residence: { regionCode },
    });
    expect(valueOf(resolve(facts('320211'))).countyOrgId).toBe('wx-jkq');
    // Bozhou has two zones: which one is meant is not known, so the place decides.
    expect(valueOf(resolve(facts('341602'))).countyOrgId).toBe('bz-qiaocheng');
  });
  test('a place outside the tree has no grassroots union', () => {
    expect(refusalsOf(resolve({ employer: null, residence: { regionCode: '110101' } }))).toEqual([
      { code: 'GRASSROOTS_UNION_UNKNOWN', rule: 'R-BZ-14a' },
    ]);
  });
  test('whatever is named, a territory hangs together', () => {
    const anyOrgId = fc.option(fc.constantFrom(...organisations.keys(), 'unknown'), { nil: undefined });
    const anyRegion = fc.constantFrom(
      ...[...organisations.values()].flatMap(({ regionCode }) => (regionCode ? [regionCode] : [])),
      '110101',
    );
    const anyFacts = fc.record({
      employer: fc.option(fc.record({ orgId: anyOrgId, regionCode: anyRegion, affiliation: fc.constantFrom(...AFFILIATIONS) }), {
        nil: null,
      }),
      residence: fc.record({ regionCode: anyRegion, communityOrgId: anyOrgId }),
      filedAtOrgId: anyOrgId,
    });
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const decision = resolve(facts);
        if (!decision.accepted) return;
        const { grassrootsOrgId, countyOrgId, cityOrgId, orgPath } = decision.value;
        expect(organisations.get(grassrootsOrgId)?.level).toBe('grassroots');
        expect(organisations.get(countyOrgId)).toMatchObject({ level: 'county', parentId: cityOrgId });
        expect(organisations.get(cityOrgId)?.level).toBe('city');
        expect(orgPath[0]).toBe(grassrootsOrgId);
        orgPath.slice(1).forEach((id, index) => expect(organisations.get(orgPath[index]!)?.parentId).toBe(id));
      }),
    );
  });
});

describe('reviewerOf', () => {
  const wuxi = policy('wuxi-2023');
  const reviewer = (...args: Parameters<typeof reviewerOf>) => valueOf(reviewerOf(...args));

  test.each([
    ['R-WX-05a: deep goes to the city', 'deep', {}, 'wx', 'R-WX-05a'],
    ['R-WX-05b: relative goes to the county', 'relative', {}, 'wx-liangxi', 'R-WX-05b'],
    ['R-WX-05b: accidental goes to the county', 'accidental', {}, 'wx-liangxi', 'R-WX-05b'],
    ['R-WX-05c: relative of a bureau goes to the city', 'relative', { affiliation: 'bureauCompanyUnion' }, 'wx', 'R-WX-05c'],
    ['R-WX-05c: accidental of a zone goes to the city', 'accidental', { affiliation: 'developmentZoneUnion' }, 'wx', 'R-WX-05c'],
    ['R-WX-05c: relative of a direct unit goes to the city', 'relative', { affiliation: 'directUnitUnion' }, 'wx', 'R-WX-05c'],
    [
      'A-11: deep in Jiangyin stays with its own union',
      'deep',
      { regionCode: '320281', countyOrgId: 'wx-jiangyin' },
      'wx-jiangyin',
      'A-11',
    ],
    [
      'A-11: deep in Yixing stays with its own union',
      'deep',
      { regionCode: '320282', countyOrgId: 'wx-yixing' },
      'wx-yixing',
      'A-11',
    ],
    [
      'A-10: deep of a direct unit in Jiangyin goes to the city',
      'deep',
      { regionCode: '320281', affiliation: 'directUnitUnion' },
      'wx',
      'A-10',
    ],
    [
      'no class goes to the county-level union',
      'none',
      { affiliation: 'developmentZoneUnion', countyOrgId: 'wx-jkq' },
      'wx-jkq',
      'R-WX-01',
    ],
  ] as const)('%s', (_title, hardshipClass, changes, orgId, rule) => {
    expect(reviewer(hardshipClass, territory(changes), wuxi)).toMatchObject({ orgId, explanation: { rule } });
  });
  test.each(['deep', 'accidental', 'relative', 'none'] as const)('R-BZ-F8: Bozhou’s county reviews %s', (hardshipClass) => {
    expect(reviewer(hardshipClass, territory({ countyOrgId: 'bz-woyang', cityOrgId: 'bz' }), policy('bozhou-2023')).orgId).toBe(
      'bz-woyang',
    );
  });
  test('a profile without routes is refused by name', () => {
    expect(refusalsOf(reviewerOf('deep', territory(), policy('yunnan')))).toEqual([
      { code: 'POLICY_VALUE_MISSING', profile: 'yunnan', missing: ['routes'] },
    ]);
  });
  test('Wuxi has a line for every class in every place and affiliation', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('deep', 'accidental', 'relative', 'none'),
        fc.constantFrom('320213', '320281', '320282', '110101'),
        fc.constantFrom(...AFFILIATIONS),
        (hardshipClass, regionCode, affiliation) =>
          reviewerOf(hardshipClass, territory({ regionCode, affiliation }), wuxi).accepted,
      ),
    );
  });
});
