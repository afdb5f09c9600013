import fc from 'fast-check';
import {
  addDays,
  addMonths,
  addYears,
  ageOn,
  dayOfWeek,
  daysBetween,
  endOfDay,
  formatInstant,
  instantAt,
  isPlainDate,
  shanghaiDateAt,
  yearOf,
} from '../../../domain/calendar-date';
import { anyDate } from './given';

/** Proleptic Gregorian arithmetic of the runtime, as an independent witness. */
const utc = (date: string) => Date.parse(`${date}T00:00:00Z`);
const monthEnds = fc.record({ year: fc.integer({ min: 1950, max: 2150 }), month: fc.integer({ min: 1, max: 12 }) });

describe('isPlainDate', () => {
  test.each(['2024-02-29', '2000-02-29', '1800-01-01', '2200-12-31'])('%s is a date', (text) => {
    expect(isPlainDate(text)).toBe(true);
  });
  test.each([
    '2023-02-29',
    '1900-02-29',
    '2024-04-31',
    '2024-13-01',
    '2024-00-10',
    '2024-01-00',
    '1799-12-31',
    '2201-01-01',
    '2024-1-1',
    '2024-01-01T00:00',
    '',
  ])('%p is not a date', (text) => {
    expect(isPlainDate(text)).toBe(false);
  });
});

describe('days', () => {
  test('addDays and daysBetween undo each other', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -15_000, max: 15_000 }), (date, days) => {
        expect(daysBetween(date, addDays(date, days))).toBe(days);
      }),
    );
  });
  test('every day and weekday is that of the Gregorian calendar', () => {
    fc.assert(
      fc.property(anyDate, anyDate, (a, b) => {
        expect(daysBetween(a, b)).toBe((utc(b) - utc(a)) / 86_400_000);
        expect(dayOfWeek(a) % 7).toBe(new Date(utc(a)).getUTCDay());
      }),
    );
  });
  test('the order of dates is the order of their texts', () => {
    fc.assert(fc.property(anyDate, anyDate, (a, b) => a < b === daysBetween(a, b) > 0));
  });
  test('what is not a date is a fault of the caller', () => {
    expect(() => addDays('2023-02-29', 1)).toThrow(RangeError);
    expect(() => addDays('2200-12-31', 1)).toThrow(RangeError);
  });
});

describe('months and years (A-07)', () => {
  test.each([
    ['2024-08-31', 6, '2025-02-28'],
    ['2023-08-31', 6, '2024-02-29'],
    ['2024-08-30', 6, '2025-02-28'],
    ['2024-08-31', 12, '2025-08-31'],
    ['2024-03-31', -1, '2024-02-29'],
    ['2024-01-15', -1, '2023-12-15'],
    ['2024-12-31', 1, '2025-01-31'],
  ])('%s and %i months: %s', (date, months, expected) => {
    expect(addMonths(date, months)).toBe(expected);
  });
  test('29 February and ten years: the month-end, not 1 March', () => {
    expect(addYears('2024-02-29', 10)).toBe('2034-02-28');
    expect(addYears('2024-02-29', 4)).toBe('2028-02-29');
  });
  test('the day stays, unless the month is too short: then it is the last of the month', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -300, max: 300 }), (date, months) => {
        const result = addMonths(date, months);
        const isLastOfMonth = result.slice(0, 7) !== addDays(result, 1).slice(0, 7);
        expect(result.slice(8) === date.slice(8) || (isLastOfMonth && result.slice(8) < date.slice(8))).toBe(true);
      }),
    );
  });
  test('the month is the one counted to', () => {
    fc.assert(
      fc.property(monthEnds, fc.integer({ min: -300, max: 300 }), ({ year, month }, months) => {
        const from = `${year}-${String(month).padStart(2, '0')}-01`;
        const to = addMonths(from, months);
        expect(yearOf(to) * 12 + Number(to.slice(5, 7))).toBe(year * 12 + month + months);
      }),
    );
  });
});

describe('ageOn', () => {
  test.each([
    ['2006-03-10', '2024-03-09', 17],
    ['2006-03-10', '2024-03-10', 18],
    ['2004-02-29', '2022-02-27', 17],
    ['2004-02-29', '2022-02-28', 18],
  ])('born %s, on %s: %i', (birthOn, onDate, age) => {
    expect(ageOn(birthOn, onDate)).toBe(age);
  });
});

describe('instants', () => {
  test('a day ends at 24:00 in Shanghai, which is 16:00 UTC', () => {
    expect(endOfDay('2024-01-18')).toBe(Date.parse('2024-01-18T16:00:00Z'));
  });
  test('the last millisecond of a day is on that day, the next on the following', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        expect(shanghaiDateAt(endOfDay(date) - 1)).toBe(date);
        expect(shanghaiDateAt(endOfDay(date))).toBe(addDays(date, 1));
      }),
    );
  });
  test('a formatted instant reads back as the same instant', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000_000, max: 4_000_000_000_000 }), (epochMs) => {
        expect(Date.parse(formatInstant(epochMs))).toBe(epochMs);
      }),
    );
  });
  test('milliseconds are written only when there are any', () => {
    expect(formatInstant(instantAt('2024-01-08', 9))).toBe('2024-01-08T09:00:00+08:00');
    expect(formatInstant(instantAt('2024-01-08', 9, 5) + 7)).toBe('2024-01-08T09:05:00.007+08:00');
  });
});
