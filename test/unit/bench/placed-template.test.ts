import { placed, type Place } from '../../../bench/loaded/placed-template';

const HERE: Place = { grassrootsOrgId: 'wx-liangxi-e1', countyOrgId: 'wx-liangxi', cityOrgId: 'wx', provinceOrgId: 'js', regionCode: '320213' };
const THERE: Place = { grassrootsOrgId: 'bz-woyang-c1', countyOrgId: 'bz-woyang', cityOrgId: 'bz', provinceOrgId: 'ah', regionCode: '341621' };
const NUMBER = 'WX-LIANGXI-2024-000017';

function place(row: unknown): unknown {
  return JSON.parse(placed(JSON.stringify(row), { number: NUMBER }, HERE, THERE));
}

test('organisations, users and the region are those of the other place', () => {
  expect(place({ orgPath: ['wx-liangxi-e1', 'wx-liangxi', 'wx', 'js'], actor: 'wx-liangxi.handler', regionCode: '320213' })).toEqual({
    orgPath: ['bz-woyang-c1', 'bz-woyang', 'bz', 'ah'],
    actor: 'bz-woyang.handler',
    regionCode: '341621',
  });
});

test('words that only begin like an organisation stay as they are', () => {
  const row = { policy: 'wuxi-2023', about: 'wx-liangxi-e10', text: 'wx' };
  expect(place(row)).toEqual({ ...row, text: 'bz' });
});

test('ids keep what tells them apart, and the number what is counted in it', () => {
  expect(place({ id: '11111111-2222-4333-8444-555555555555', plan: 'plan-11111111-2222-4333-8444-555555555555', number: NUMBER })).toEqual({
    id: '11111111-2222-4333-8444-############',
    plan: 'plan-11111111-2222-4333-8444-############',
    number: 'BZ-WOYANG-2024-@@@@@@',
  });
});
