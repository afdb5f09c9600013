import { isAtOrAbove } from '../../../domain/territory';
import { territory } from './given';

const liangxi = territory();

test('an organisation is at its own place, and those above it are above', () => {
  expect(['wx-liangxi-e1', 'wx-liangxi', 'wx', 'js'].map((orgId) => isAtOrAbove(liangxi, orgId, 'wx-liangxi-e1'))).toEqual([true, true, true, true]);
  expect(['wx-liangxi-e1', 'wx-liangxi', 'wx', 'js'].map((orgId) => isAtOrAbove(liangxi, orgId, 'wx-liangxi'))).toEqual([false, true, true, true]);
  expect(['wx-liangxi-e1', 'wx-liangxi', 'wx', 'js'].map((orgId) => isAtOrAbove(liangxi, orgId, 'wx'))).toEqual([false, false, true, true]);
});
test('a neighbour is not above', () => {
  expect(['wx-liangxi-e1', 'wx-liangxi', 'wx'].map((of) => isAtOrAbove(liangxi, 'wx-xishan', of))).toEqual([false, false, false]);
});
test('R-WX-05b: a reviewing county that does not lie above the grassroots union has the city above it, and not the county of that union', () => {
  const elsewhere = territory({ countyOrgId: 'wx-xishan' });
  expect(['wx-liangxi-e1', 'wx-liangxi', 'wx-xishan', 'wx', 'js'].map((orgId) => isAtOrAbove(elsewhere, orgId, 'wx-xishan'))).toEqual([false, false, true, true, true]);
});
test('where the reviewing city is another than that of the grassroots union, nobody of the first city lies above it', () => {
  const moved = territory({ countyOrgId: 'bz-woyang', cityOrgId: 'bz' });
  expect(['wx-liangxi-e1', 'wx-liangxi', 'wx'].map((orgId) => isAtOrAbove(moved, orgId, 'bz-woyang'))).toEqual([false, false, false]);
  expect(isAtOrAbove(moved, 'bz', 'bz-woyang')).toBe(true);
});
