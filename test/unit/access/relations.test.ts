import { reachOf, relationsTo, SUBTREE, unionInCharge } from '../../../access/relations';
import { caseInReach, reachName, valueOfReach, waysOf } from '../../../store/case-reach';

const COUNTY = 'js/wx/wx-liangxi/';
const places = { grassroots: `${COUNTY}wx-liangxi-e1/`, reviewer: 'js/wx/', owner: null };

test.each([
  [`${COUNTY}wx-liangxi-e1/`, ['grassroots']],
  [COUNTY, ['above.grassroots']],
  ['js/wx/', ['above.grassroots', 'reviewer']],
  ['js/', ['above.grassroots', 'above.reviewer']],
  ['js/wx/wx-xishan/', []],
  [`${COUNTY}wx-liangxi-e2/`, []],
  // A name that begins like another's is not below it.
  ['js/wx/wx-liang', []],
  ['bz/', []],
  ['', []],
])('a union at %s stands to a case of the city as %j', (orgPath, relations) => {
  // 'js/wx/wx-liang' is no place: each ends with the separator.
  expect(relationsTo(places, orgPath.endsWith('/') || orgPath === '' ? orgPath : `${orgPath}/`)).toEqual(relations);
});

test('the papers are with the owner of the file, else with the reviewer, else above the grassroots union', () => {
  expect([{ ...places, owner: COUNTY }, places, { ...places, reviewer: null }].map(unionInCharge)).toEqual(['owner', 'reviewer', 'above.grassroots']);
});

describe('the predicate that follows from relations', () => {
  test('the subtree: any of the three unions, itself or below', () => {
    expect(caseInReach(reachOf(COUNTY, SUBTREE), '$2', 'c')).toBe(
      "exists (select 1 from organisation o where (o.id in (c.grassroots_org_id, c.reviewer_org_id, c.owner_org_id) and o.path like $2 || '%'))",
    );
  });
  test('the union itself only, beside what may lie below', () => {
    const reach = reachOf(COUNTY, ['owner', 'grassroots', 'above.grassroots']);
    expect(caseInReach(reach, '$2', 'c')).toBe("exists (select 1 from organisation o where (o.id in (c.grassroots_org_id) and o.path like $2 || '%') or (o.id in (c.owner_org_id) and o.path = $2))");
    expect(waysOf(reach, '$1')).toEqual([
      { column: 'grassroots_org_id', condition: "o.path like $1 || '%'" },
      { column: 'owner_org_id', condition: 'o.path = $1' },
    ]);
  });
  test('no relation: no case', () => {
    expect(caseInReach(reachOf(COUNTY, []), '$2', 'c')).toBe('false');
  });
  test('statements of different reaches have different names', () => {
    const names = [SUBTREE, ['owner'], ['above.owner'], ['owner', 'above.owner'], []] as const;
    expect(new Set(names.map((relations) => reachName(reachOf(COUNTY, relations)))).size).toBe(names.length);
  });
  test('the own cases of an applicant: by the index, and never by a union as well', () => {
    const reach = reachOf('', ['own'], 'c0ffee');
    expect(caseInReach(reach, '$2', 'c')).toBe("exists (select 1 from case_applicant a where a.case_id = c.id and applicant_index = decode($2, 'hex'))");
    expect(valueOfReach(reach)).toBe('c0ffee');
    expect(waysOf(reachOf(COUNTY, [...SUBTREE, 'own'], 'c0ffee'), '$1')).toEqual([]);
    expect(reachOf(COUNTY, ['own'])).toEqual({ orgPath: COUNTY, unions: [] });
    expect(caseInReach(reachOf('', SUBTREE, 'c0ffee'), '$2', 'c')).toBe('false');
  });
});
