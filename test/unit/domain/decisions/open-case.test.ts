import { LIANGXI, PlayedCase, WUXI_NONE, WUXI_RELATIVE } from '../played-case';

test('R-BZ-09: the first assessment names the policy version that made it', () => {
  const { record } = PlayedCase.apply(LIANGXI, WUXI_RELATIVE);
  expect(record.assessment).toMatchObject({ onDate: '2023-11-13', recommended: 'relative' });
  expect(record.policyProfile).toEqual({ id: 'wuxi-2023', version: 1 });
});
test('a household that fits no class is taken in all the same', () => {
  const { record } = PlayedCase.apply(LIANGXI, WUXI_NONE);
  expect(record).toMatchObject({ state: 'intake', hardshipClass: null, assessment: { recommended: 'none', eligible: [] } });
});
test.each([
  ['no policy is in force', { ...LIANGXI, reference: { ...LIANGXI.reference, policies: [] } }],
  ['no living standard is known', { ...LIANGXI, reference: { ...LIANGXI.reference, standards: [] } }],
])('where %s the application is taken in without an assessment', (_, place) => {
  const played = PlayedCase.apply(place, WUXI_RELATIVE);
  expect(played.events.map(({ type }) => type)).toEqual(['applicationSubmitted']);
  expect(played.record.assessment).toBeNull();
});
test('a case is opened by whoever sent the command, on the day it came', () => {
  expect(PlayedCase.apply(LIANGXI, WUXI_RELATIVE).events[0]).toMatchObject({
    seq: 1,
    effectiveOn: '2023-11-13',
    actor: 'wx-liangxi-e1.clerk',
    commandId: 'command-1',
    previousCaseId: null,
  });
});
