import { checkDate, checkHouseholdDates } from '../../../../domain/decisions/decide';
import { LIANGXI, PlayedCase, WUXI_ACCIDENTAL, WUXI_DEEP } from '../played-case';

const context = PlayedCase.apply(LIANGXI, WUXI_DEEP, { on: '2024-02-29' }).context(null);

test('what is recorded has happened: today is possible, tomorrow is not', () => {
  expect(checkDate('visitedOn', '2024-02-29', context)).toBeUndefined();
  expect(checkDate('visitedOn', '2024-03-01', context)).toEqual({
    accepted: false,
    refusals: [{ code: 'DATE_NOT_POSSIBLE', field: 'visitedOn', earliest: undefined, latest: '2024-02-29' }],
  });
});
test('the earliest day itself is possible, the day before is refused with both bounds', () => {
  expect(checkDate('heldOn', '2024-02-28', context, '2024-02-28')).toBeUndefined();
  expect(checkDate('heldOn', '2024-02-27', context, '2024-02-28')).toMatchObject({
    refusals: [{ code: 'DATE_NOT_POSSIBLE', field: 'heldOn', earliest: '2024-02-28', latest: '2024-02-29' }],
  });
});

describe('the dates of a household', () => {
  const [first, second, child] = WUXI_ACCIDENTAL.members;
  const bornOn = (birthOn: string | undefined) => ({ ...WUXI_ACCIDENTAL, members: [first!, second!, { ...child!, birthOn }] });
  const accidentOn = (eventOn: string) => ({ ...WUXI_ACCIDENTAL, accident: { ...WUXI_ACCIDENTAL.accident!, eventOn } });

  test('a child born today belongs to it, one born tomorrow is refused by its place', () => {
    expect(checkHouseholdDates(bornOn('2024-02-29'), '2024-02-29')).toBeUndefined();
    expect(checkHouseholdDates(bornOn('2024-03-01'), '2024-02-29')).toMatchObject({
      refusals: [{ code: 'DATE_NOT_POSSIBLE', field: 'household.members.2.birthOn', latest: '2024-02-29' }],
    });
  });
  test('R-WX-09a: an accident has happened', () => {
    expect(checkHouseholdDates(accidentOn('2024-02-29'), '2024-02-29')).toBeUndefined();
    expect(checkHouseholdDates(accidentOn('2024-03-01'), '2024-02-29')).toMatchObject({ refusals: [{ field: 'household.accident.eventOn' }] });
  });
  test('what is not known is not wrong', () => {
    expect(checkHouseholdDates(bornOn(undefined), '2024-02-29')).toBeUndefined();
    expect(checkHouseholdDates(WUXI_DEEP, '2024-02-29')).toBeUndefined();
  });
  test('count wherever a household comes in: application, visit, comparison', () => {
    const unborn = bornOn('2030-01-01');
    expect(() => PlayedCase.apply(LIANGXI, unborn)).toThrow('DATE_NOT_POSSIBLE');
    const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('accepted');
    const visit = { visitedOn: played.today, visitors: ['unionCadre' as const, 'volunteer' as const], sections: ['family' as const, 'cause' as const, 'need' as const, 'aidReceived' as const] };
    expect(played.refusals('recordVisit', { ...visit, household: unborn })).toMatchObject([{ code: 'DATE_NOT_POSSIBLE' }]);
    expect(played.refusals('recordComparison', { result: 'consistent', extraIncomeFen: 0, household: unborn })).toMatchObject([{ code: 'DATE_NOT_POSSIBLE' }]);
  });
});
