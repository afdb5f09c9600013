import { FOUR_CLEAR } from '../../../../domain/case-facts';
import { COMPLETE_VISIT, LIANGXI, PlayedCase, WUXI_DEEP, WUXI_RELATIVE } from '../played-case';

const accepted = () => PlayedCase.apply(LIANGXI, WUXI_DEEP).to('accepted').enter('visit');
const visit = { ...COMPLETE_VISIT, visitedOn: '2023-11-13' };

test.each(FOUR_CLEAR)('R-JS-13: a visit without the section %s is incomplete', (section) => {
  const sections = FOUR_CLEAR.filter((other) => other !== section);
  expect(accepted().refusals('recordVisit', { ...visit, sections })).toEqual([{ code: 'VISIT_INCOMPLETE', rule: 'R-JS-13', missing: [section] }]);
});
test('R-JS-13: all that is missing is named at once, in the order of the four sections', () => {
  expect(accepted().refusals('recordVisit', { ...visit, sections: ['need'], visitors: ['unionCadre'] })).toMatchObject([
    { missing: ['family', 'cause', 'aidReceived', 'visitors'] },
  ]);
});
test('two visitors are enough, one is not', () => {
  expect(accepted().decide('recordVisit', { ...visit, visitors: ['volunteer', 'volunteer'] }).accepted).toBe(true);
  expect(accepted().refusals('recordVisit', { ...visit, visitors: ['volunteer'] })).toMatchObject([{ missing: ['visitors'] }]);
});
test('a visit of tomorrow is refused', () => {
  expect(accepted().refusals('recordVisit', { ...visit, visitedOn: '2023-11-14' })).toMatchObject([{ code: 'DATE_NOT_POSSIBLE', field: 'visitedOn', latest: '2023-11-13' }]);
});
test('R-BZ-F4, A-01: a visit that found the household before it applied counts, back to the beginning of the income window', () => {
  expect(accepted().do('recordVisit', { ...visit, visitedOn: '2022-11-13' }).record.visitedOn).toBe('2022-11-13');
  expect(accepted().refusals('recordVisit', { ...visit, visitedOn: '2022-11-12' })).toMatchObject([{ code: 'DATE_NOT_POSSIBLE', earliest: '2022-11-13' }]);
});
test('a visit without figures changes neither household nor assessment', () => {
  const before = accepted().record;
  const after = accepted().do('recordVisit', visit).record;
  expect(after.household).toEqual(before.household);
  expect(after.assessment).toEqual(before.assessment);
});
test('A-02: new figures replace the declared ones and are assessed on the day', () => {
  const played = accepted().on('2023-11-15').do('recordVisit', { ...visit, household: WUXI_RELATIVE });
  expect(played.record.household).toEqual(WUXI_RELATIVE);
  expect(played.record.assessment).toMatchObject({ onDate: '2023-11-15', recommended: 'relative', incomeFen: 9_000_000 });
});
test('new figures that cannot be assessed are refused, and the declared ones stay', () => {
  const place = { ...LIANGXI, reference: { ...LIANGXI.reference, standards: [] } };
  const played = PlayedCase.apply(place, WUXI_DEEP).enter('visit');
  expect(played.refusals('recordVisit', { ...visit, household: WUXI_RELATIVE })).toEqual([
    { code: 'LIVING_STANDARD_MISSING', regionCode: '320213', onDate: '2023-11-13' },
  ]);
  expect(played.record.household).toEqual(WUXI_DEEP);
});
