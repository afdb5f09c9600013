import fc from 'fast-check';
import { addDays } from '../../../domain/calendar-date';
import { isWorkingDay, noticePeriod } from '../../../domain/working-days';
import { loadReference } from '../../../policies/reference';
import { refusalsOf, valueOf } from './given';

const { calendar } = loadReference();
const coveredDate = fc.integer({ min: 0, max: 1400 }).map((days) => addDays(calendar.coveredFrom, days));

describe('isWorkingDay', () => {
  test.each([
    ['2023-10-07', 'a make-up Saturday', true],
    ['2023-10-14', 'an ordinary Saturday', false],
    ['2023-10-02', 'a Monday of the National Day holidays', false],
    ['2023-10-09', 'an ordinary Monday', true],
  ])('%s, %s: %p', (date, _what, expected) => {
    expect(valueOf(isWorkingDay(date, calendar))).toBe(expected);
  });
  test.each(['2022-12-31', '2027-01-01'])('%s is not covered: refused, not guessed from the weekday', (date) => {
    expect(refusalsOf(isWorkingDay(date, calendar))).toEqual([
      { code: 'CALENDAR_NOT_COVERED', coveredFrom: '2023-01-01', coveredUntil: '2026-12-31' },
    ]);
  });
});

describe('noticePeriod (A-04)', () => {
  test('the day of posting is not counted', () => {
    expect(valueOf(noticePeriod('2024-01-11', 5, calendar))).toEqual({
      countedDays: ['2024-01-12', '2024-01-15', '2024-01-16', '2024-01-17', '2024-01-18'],
      closesOn: '2024-01-18',
    });
  });
  test('National Day does not count, its make-up Saturday and Sunday do', () => {
    expect(valueOf(noticePeriod('2023-09-27', 5, calendar))).toEqual({
      countedDays: ['2023-09-28', '2023-10-07', '2023-10-08', '2023-10-09', '2023-10-10'],
      closesOn: '2023-10-10',
    });
  });
  test('a period that leaves the calendar is refused, even by one day', () => {
    expect(refusalsOf(noticePeriod('2026-12-28', 4, calendar))).toHaveLength(1);
    expect(valueOf(noticePeriod('2026-12-28', 3, calendar)).closesOn).toBe('2026-12-31');
    expect(refusalsOf(noticePeriod('2022-12-31', 1, calendar))).toHaveLength(1);
  });
  test('as many working days as asked for, all after the posting, and none between them left out', () => {
    fc.assert(
      fc.property(coveredDate, fc.integer({ min: 1, max: 20 }), (postedOn, workingDays) => {
        const { countedDays, closesOn } = valueOf(noticePeriod(postedOn, workingDays, calendar));
        expect(countedDays).toHaveLength(workingDays);
        expect(closesOn).toBe(countedDays.at(-1));
        const between: string[] = [];
        for (let day = addDays(postedOn, 1); day <= closesOn; day = addDays(day, 1)) between.push(day);
        expect(countedDays).toEqual(between.filter((day) => valueOf(isWorkingDay(day, calendar))));
      }),
    );
  });
  test('posting later never closes earlier', () => {
    fc.assert(
      fc.property(coveredDate, fc.integer({ min: 1, max: 10 }), (postedOn, workingDays) => {
        const closesOn = (from: string) => valueOf(noticePeriod(from, workingDays, calendar)).closesOn;
        expect(closesOn(addDays(postedOn, 1)) >= closesOn(postedOn)).toBe(true);
      }),
    );
  });
  test.each([0, -1, 1.5])('%p working days is a fault of the caller', (workingDays) => {
    expect(() => noticePeriod('2024-01-11', workingDays, calendar)).toThrow(RangeError);
  });
});
