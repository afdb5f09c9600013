import fc from 'fast-check';
import { addDays, addMonths } from '../../../domain/calendar-date';
import { nextCampaign, nextCampaignEnd, nextRecheckOn } from '../../../domain/recheck';
import { anyDate, policy } from './given';

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

describe('campaigns (R-BZ-20, R-BZ-22)', () => {
  const windows = (policy('bozhou-2023').recheck.campaigns ?? []).map(({ value }) => value);

  test.each([
    ['2023-02-28', '2023-04-30', 'before the spring visits: this spring'],
    ['2023-05-29', '2023-10-31', 'after the spring visits: this autumn'],
    ['2023-11-01', '2024-04-30', 'after the autumn update: next spring'],
    ['2023-03-01', '2023-10-31', 'A-26: on the first day of a window it counts as updated in it'],
    ['2023-10-31', '2024-04-30', 'A-26: on the last day of a window it counts as updated in it'],
  ])('a file established on %s: %s (%s)', (after, until) => {
    expect(nextCampaignEnd(windows, after)).toBe(until);
  });
  test('the window says whether a visit is due', () => {
    expect(nextCampaign(windows, '2023-11-01')).toMatchObject({
      from: '2024-03-01',
      window: { name: 'springCampaign', kind: 'visit' },
    });
  });
  test('a window over the turn of the year ends in the next', () => {
    const winter = [{ name: 'winter', kind: 'visit' as const, from: '12-15', until: '01-15' }];
    expect(nextCampaign(winter, '2023-06-01')).toMatchObject({ from: '2023-12-15', until: '2024-01-15' });
    expect(nextCampaign(winter, '2024-01-10')).toMatchObject({ from: '2024-12-15', until: '2025-01-15' });
  });
  test('without campaigns there is none', () => {
    expect(nextCampaignEnd([], '2023-05-29')).toBeNull();
  });
  test('the next campaign begins after the day, within a year', () => {
    fc.assert(
      fc.property(anyDate, (after) => {
        const campaign = nextCampaign(windows, after)!;
        expect(campaign.from > after && campaign.from <= addMonths(after, 12) && campaign.until > campaign.from).toBe(true);
      }),
    );
  });
});
