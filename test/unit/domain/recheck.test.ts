import fc from 'fast-check';
import { addDays, addMonths, daysBetween, type PlainDate } from '../../../domain/calendar-date';
import { nextAfterRecheck, nextRecheckOn } from '../../../domain/recheck';
import { anyDate } from './given';

describe('nextRecheckOn (A-07, A-08)', () => {
  test('month-end clamps do not stick: 31 August, 28 February, 31 August', () => {
    const series = ['2024-08-31', '2025-02-28', '2025-08-31', '2026-02-28'].map((after) =>
      nextRecheckOn({ anchorOn: '2024-08-31', everyMonths: 6, after }),
    );
    expect(series).toEqual(['2025-02-28', '2025-08-31', '2026-02-28', '2026-08-31']);
  });
  test('on the due day itself the next one is meant', () => {
    expect(nextRecheckOn({ anchorOn: '2024-02-02', everyMonths: 6, after: '2024-08-01' })).toBe('2024-08-02');
    expect(nextRecheckOn({ anchorOn: '2024-02-02', everyMonths: 6, after: '2024-08-02' })).toBe('2025-02-02');
  });
  test('before the anchor, the first one', () => {
    expect(nextRecheckOn({ anchorOn: '2024-02-02', everyMonths: 12, after: '2020-01-01' })).toBe('2025-02-02');
  });
  test('always after `after`, on a date of the series, and none of the series lies between', () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: 1, max: 24 }), fc.integer({ min: 0, max: 8000 }), (anchorOn, everyMonths, days) => {
        const after = addDays(anchorOn, days);
        const due = nextRecheckOn({ anchorOn, everyMonths, after });
        let step = 1;
        while (addMonths(anchorOn, step * everyMonths) < due) step += 1;
        expect(addMonths(anchorOn, step * everyMonths)).toBe(due);
        expect(due > after).toBe(true);
        expect(step === 1 || addMonths(anchorOn, (step - 1) * everyMonths) <= after).toBe(true);
      }),
    );
  });
  test.each([0, -6, 0.5])('every %p months is a fault of the caller', (everyMonths) => {
    expect(() => nextRecheckOn({ anchorOn: '2024-02-02', everyMonths, after: '2024-02-02' })).toThrow(RangeError);
  });
});

describe('nextAfterRecheck (A-08)', () => {
  const half = { anchorOn: '2024-01-31', everyMonths: 6 };

  test.each([
    { what: 'on its due day', nextDueOn: '2024-07-31', doneOn: '2024-07-31', then: '2025-01-31' },
    { what: 'in the second half of the period: it counts for the one that was due', nextDueOn: '2024-07-31', doneOn: '2024-04-30', then: '2025-01-31' },
    { what: 'in the first half: an extra one, nothing moves', nextDueOn: '2024-07-31', doneOn: '2024-04-29', then: '2024-07-31' },
    { what: 'late: the next date of the series, which does not move with it', nextDueOn: '2024-07-31', doneOn: '2024-12-24', then: '2025-01-31' },
    { what: 'a period late', nextDueOn: '2024-07-31', doneOn: '2025-01-31', then: '2025-07-31' },
  ])('done $what', ({ nextDueOn, doneOn, then }) => {
    expect(nextAfterRecheck({ ...half, nextDueOn, doneOn })).toBe(then);
  });
  test('an extra recheck after one that was done early does not ask again for the date that it served', () => {
    expect(nextAfterRecheck({ ...half, nextDueOn: '2024-07-31', doneOn: '2024-06-01' })).toBe('2025-01-31');
    expect(nextAfterRecheck({ ...half, nextDueOn: '2025-01-31', doneOn: '2024-06-15' })).toBe('2025-01-31');
  });
  test('an old recheck that is entered late does not bring back dates from before the file came in', () => {
    expect(nextAfterRecheck({ anchorOn: '2020-01-01', everyMonths: 12, nextDueOn: '2025-01-01', doneOn: '2021-03-01' })).toBe('2025-01-01');
  });
  test.each([
    [1, '2024-02-29', '2024-02-28', '2024-02-29'],
    [3, '2024-04-30', '2024-03-29', '2024-04-30'],
    [3, '2024-04-30', '2024-03-30', '2024-07-31'],
  ])('every %p months, due on %s, done on %s: half a period that is no whole month is rounded to the later day', (everyMonths, nextDueOn, doneOn, then) => {
    expect(nextAfterRecheck({ anchorOn: '2024-01-31', everyMonths, nextDueOn, doneOn })).toBe(then);
  });

  /** Early, in time, late and very late, as days from the one before; a zero is a second one on the same day. */
  const anySeries = fc.record({
    anchorOn: anyDate,
    everyMonths: fc.integer({ min: 1, max: 24 }),
    daysBetween: fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 1200 })), { minLength: 1, maxLength: 12 }),
  });
  /** Every recheck of a life, with what was due before it and after it. */
  function played({ anchorOn, everyMonths, daysBetween: gaps }: { anchorOn: PlainDate; everyMonths: number; daysBetween: number[] }) {
    let doneOn = anchorOn;
    let nextDueOn = nextRecheckOn({ anchorOn, everyMonths, after: anchorOn });
    return gaps.map((days) => {
      doneOn = addDays(doneOn, days);
      const before = nextDueOn;
      nextDueOn = nextAfterRecheck({ anchorOn, everyMonths, nextDueOn, doneOn });
      return { doneOn, before, after: nextDueOn };
    });
  }

  test('whatever comes early, late or between, every due date is the anchor and a whole number of intervals', () => {
    fc.assert(
      fc.property(anySeries, (series) => {
        const { anchorOn, everyMonths } = series;
        const dates = new Set(Array.from({ length: Math.ceil(600 / everyMonths) }, (_, step) => addMonths(anchorOn, (step + 1) * everyMonths)));
        for (const { after } of played(series)) expect(dates.has(after)).toBe(true);
      }),
    );
  });
  test('what is due next lies after the recheck, and never before what was due', () => {
    fc.assert(
      fc.property(anySeries, (series) => {
        for (const { doneOn, before, after } of played(series)) {
          expect(after > doneOn).toBe(true);
          expect(after >= before).toBe(true);
        }
      }),
    );
  });
  test('no household goes without a look for more than one and a half periods', () => {
    fc.assert(
      fc.property(anySeries, (series) => {
        for (const { doneOn, after } of played(series)) {
          const half = Math.ceil(series.everyMonths / 2);
          // Three days for what month-ends clamp away: of 31 August, half a year before and after is 28 February.
          expect(daysBetween(addMonths(doneOn, series.everyMonths + half), after)).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
  test('a recheck done within half a period before its day, or on it, is enough: the date after it is the one after that', () => {
    fc.assert(
      fc.property(anyDate, fc.constantFrom(6, 12), fc.integer({ min: 0, max: 85 }), (anchorOn, everyMonths, early) => {
        const first = addMonths(anchorOn, everyMonths);
        expect(nextAfterRecheck({ anchorOn, everyMonths, nextDueOn: first, doneOn: addDays(first, -early) })).toBe(addMonths(anchorOn, 2 * everyMonths));
      }),
    );
  });
});
