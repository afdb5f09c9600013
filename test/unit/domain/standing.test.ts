import { fileTermsOf, standingOf } from '../../../domain/standing';
import { policy, refusalsOf, territory, valueOf } from './given';

const wuxi = policy('wuxi-2023');
const bozhou = policy('bozhou-2023');
const inBozhou = territory({ countyOrgId: 'bz-woyang', cityOrgId: 'bz', regionCode: '341621' });

test('Wuxi deep: city, two notices, comparison first, yearly recheck, phase-out up to six months', () => {
  expect(valueOf(standingOf('deep', territory(), wuxi))).toMatchObject({
    hardshipClass: 'deep',
    reviewerOrgId: 'wx',
    noticesRequired: 2,
    comparison: { required: true, position: 'beforeUpperReview' },
    recheckMonths: 12,
    phaseOut: { minMonths: 0, maxMonths: 6, defaultMonths: 6 },
    filingToOrgId: null,
    certificateKind: 'hardshipCertificate',
    systems: ['jsHardshipSystem'],
  });
});
test('R-WX-17: Wuxi relative and accidental are rechecked every six months', () => {
  for (const hardshipClass of ['relative', 'accidental'] as const) {
    expect(valueOf(standingOf(hardshipClass, territory(), wuxi)).recheckMonths).toBe(6);
  }
});
test('A-16: in Wuxi even a household without a class is compared', () => {
  expect(valueOf(standingOf('none', territory(), wuxi))).toMatchObject({
    comparison: { required: true },
    recheckMonths: null,
    phaseOut: null,
  });
});
test('Bozhou deep: county, one notice, comparison after the review, campaigns, phase-out of exactly six months, filing', () => {
  expect(valueOf(standingOf('deep', inBozhou, bozhou))).toMatchObject({
    reviewerOrgId: 'bz-woyang',
    noticesRequired: 1,
    comparison: { required: true, position: 'afterUpperReview' },
    recheckMonths: null,
    phaseOut: { minMonths: 6, maxMonths: 6, defaultMonths: 6 },
    filingToOrgId: 'bz',
    certificateKind: null,
    systems: [],
  });
});
test('R-BZ-F10: Bozhou accidental is not compared, and has no phase-out', () => {
  expect(valueOf(standingOf('accidental', inBozhou, bozhou))).toMatchObject({ comparison: { required: false }, phaseOut: null });
});
test('R-BZ-F13: what the city owns itself is not filed with the city', () => {
  const cityOwned = { ...bozhou, routes: [{ classes: ['deep' as const], to: 'city' as const, rule: 'R-BZ-F8' }] };
  expect(valueOf(standingOf('deep', inBozhou, cityOwned)).filingToOrgId).toBeNull();
});
test('every line of the explanation says what it rests on', () => {
  expect(valueOf(standingOf('relative', territory(), wuxi)).explanation.map(({ rule }) => rule)).toEqual([
    'R-WX-05b',
    'R-WX-02',
    'A-16',
    'R-WX-17',
  ]);
});
test('all missing values are named at once', () => {
  expect(refusalsOf(standingOf('deep', territory(), policy('qinhuangdao-2017')))).toEqual([
    { code: 'POLICY_VALUE_MISSING', profile: 'qinhuangdao-2017', missing: ['routes', 'notice.required'] },
  ]);
});
test('a file imported where reviews are not described still has its terms', () => {
  expect(fileTermsOf('relative', policy('qinhuangdao-2017'))).toEqual({
    recheckMonths: null,
    phaseOut: null,
    certificateKind: null,
    systems: ['unionAidSystem'],
  });
});
