import { firstRecheck } from '../../../../domain/decisions/recheck-schedule';
import { policy } from '../given';
import { BOZHOU_DEEP, LIANGXI, PlayedCase, WOYANG, WUXI_DEEP, WUXI_RELATIVE } from '../played-case';

const filed = (household: typeof WUXI_DEEP, establishedOn: string) => PlayedCase.apply(LIANGXI, household).to('noticedTwice').on(establishedOn).to('approved').record;

test.each([
  { rules: 'R-WX-16', hardship: 'deep', household: WUXI_DEEP, establishedOn: '2023-12-04', everyMonths: 12, nextDueOn: '2024-12-04' },
  { rules: 'R-WX-17', hardship: 'relative', household: WUXI_RELATIVE, establishedOn: '2023-12-04', everyMonths: 6, nextDueOn: '2024-06-04' },
  { rules: 'R-WX-16, A-07', hardship: 'deep', household: WUXI_DEEP, establishedOn: '2024-02-29', everyMonths: 12, nextDueOn: '2025-02-28' },
  { rules: 'R-WX-17, A-07', hardship: 'relative', household: WUXI_RELATIVE, establishedOn: '2024-03-31', everyMonths: 6, nextDueOn: '2024-09-30' },
])('$rules: a $hardship file of $establishedOn is rechecked on $nextDueOn', ({ household, establishedOn, everyMonths, nextDueOn }) => {
  expect(firstRecheck(filed(household, establishedOn), policy('wuxi-2023'))).toEqual({ type: 'recheckScheduled', everyMonths, nextDueOn });
});
test.each([
  ['2023-05-17', '2023-10-31', 'before the autumn campaign'],
  ['2023-09-15', '2024-04-30', 'inside a campaign, which counts as updated (A-26)'],
  ['2023-08-31', '2023-10-31', 'the day before a campaign'],
])('R-BZ-20, R-BZ-22: a file of %s is looked at again by %s: %s', (establishedOn, nextDueOn) => {
  const played = PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-05' }).to('noticed').on(establishedOn);
  const { record } = played.do('signAuthorization', { signers: [1, 2], signedOn: establishedOn }).to('approved');
  expect(firstRecheck(record, policy('bozhou-2023'))).toEqual({ type: 'recheckScheduled', everyMonths: null, nextDueOn });
});
test('a case without a file has nothing to recheck: the workflow would be at fault', () => {
  expect(() => firstRecheck(PlayedCase.apply(LIANGXI, WUXI_DEEP).to('proposed').record, policy('wuxi-2023'))).toThrow(RangeError);
});
