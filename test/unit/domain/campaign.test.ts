import fc from 'fast-check';
import { addDays, addMonths, yearOf, type PlainDate } from '../../../domain/calendar-date';
import { campaignsOf, firstUnserved, type FileInCampaigns } from '../../../domain/campaign';
import type { CampaignWindow } from '../../../domain/policy';
import { anyDate, policy } from './given';

const windows = (policy('bozhou-2023').recheck.campaigns ?? []).map(({ value }) => value);
const winter: readonly CampaignWindow[] = [{ name: 'winter', kind: 'visit', from: '12-15', until: '01-15' }];

/** A file of a day, established and not imported unless told otherwise. */
function file(anchorOn: PlainDate, updates: FileInCampaigns['updates'] = [], countsFrom = anchorOn): FileInCampaigns {
  return { anchorOn, countsFrom, updates };
}
const visit = (on: PlainDate) => ({ on, visit: true });
const update = (on: PlainDate) => ({ on, visit: false });
const dueOf = (of: FileInCampaigns, by: readonly CampaignWindow[] = windows) => firstUnserved(by, of)?.until ?? null;

describe('R-BZ-20, R-BZ-22: the campaign that asks for a file', () => {
  test.each([
    ['2023-02-28', '2023-04-30', 'before the spring visits: this spring'],
    ['2023-05-29', '2023-10-31', 'after the spring visits: this autumn'],
    ['2023-11-01', '2024-04-30', 'after the autumn update: next spring'],
    ['2023-03-01', '2023-10-31', 'A-26: on the first day of a window it counts as updated in it'],
    ['2023-04-30', '2023-10-31', 'A-26: on the last day of the spring window'],
    ['2023-05-01', '2023-10-31', 'the day after the spring window'],
    ['2023-10-31', '2024-04-30', 'A-26: on the last day of a window it counts as updated in it'],
  ])('a file established on %s: %s (%s)', (anchorOn, until) => {
    expect(dueOf(file(anchorOn))).toBe(until);
  });
  test('the spring asks for a visit, the autumn for an update', () => {
    expect(firstUnserved(windows, file('2023-11-01'))).toEqual({ name: 'springCampaign', kind: 'visit', from: '2024-03-01', until: '2024-04-30' });
    expect(firstUnserved(windows, file('2023-05-29'))).toEqual({ name: 'autumnCampaign', kind: 'update', from: '2023-09-01', until: '2023-10-31' });
  });
  test.each<[string, FileInCampaigns, PlainDate]>([
    ['an update without a visit does not serve the spring', file('2023-05-29', [update('2023-09-20'), update('2024-03-12')]), '2024-04-30'],
    ['a visit serves it', file('2023-05-29', [update('2023-09-20'), visit('2024-03-12')]), '2024-10-31'],
    ['a visit serves the autumn as well', file('2023-05-29', [visit('2023-09-20')]), '2024-04-30'],
    ['an update before the window serves nothing of it', file('2023-05-29', [visit('2023-08-31')]), '2023-10-31'],
    ['the first day of the window is in it', file('2023-05-29', [update('2023-09-01')]), '2024-04-30'],
    ['a late update serves what was overdue', file('2023-05-29', [update('2023-12-24')]), '2024-04-30'],
    ['a late visit in the next window serves both', file('2023-11-01', [visit('2024-09-10')]), '2025-04-30'],
    ['an update in the next window leaves the visit owing', file('2023-11-01', [update('2024-09-10')]), '2024-04-30'],
  ])('%s', (_, of, until) => {
    expect(dueOf(of)).toBe(until);
  });
  test('a file that came in later owes nothing of the campaigns before, and all of the one that is on', () => {
    expect(dueOf(file('2019-06-01', [], '2023-05-01'))).toBe('2023-10-31');
    expect(dueOf(file('2019-06-01', [], '2023-04-30'))).toBe('2023-04-30');
    expect(dueOf(file('2023-03-15', [], '2023-04-20'))).toBe('2023-10-31'); // it was new in this very window
  });
  test('without campaigns nothing is asked for', () => {
    expect(firstUnserved([], file('2023-05-29'))).toBeNull();
    expect(campaignsOf([], file('2023-05-29'), '2024-01-01')).toEqual([]);
  });
});

describe('a window over the turn of the year', () => {
  test.each([
    ['2023-06-01', '2024-01-15', 'the coming one ends in the next year'],
    ['2024-01-10', '2025-01-15', 'A-26: in its last days the file is new'],
    ['2024-01-16', '2025-01-15', 'over since yesterday'],
  ])('a file of %s: %s (%s)', (anchorOn, until) => {
    expect(dueOf(file(anchorOn), winter)).toBe(until);
  });
  test('one that began in the year before the file came in and is still on asks for it', () => {
    expect(firstUnserved(winter, file('2020-06-01', [], '2024-01-10'))).toMatchObject({ from: '2023-12-15', until: '2024-01-15' });
  });
});

describe('the campaigns as a file shows them', () => {
  const states = (of: FileInCampaigns, today: PlainDate) => campaignsOf(windows, of, today).map(({ until, state, overdueOn }) => [until, state, overdueOn]);

  test('from the first that asks for the file to the next that has not begun, and overdue from the day after the last', () => {
    const of = file('2023-05-29', [update('2023-09-20')]);
    expect(states(file('2023-05-29'), '2023-08-31')).toEqual([['2023-10-31', 'upcoming', null]]);
    expect(states(of, '2024-02-29')).toEqual([['2023-10-31', 'done', null], ['2024-04-30', 'upcoming', null]]);
    expect(states(of, '2024-03-01')).toEqual([['2023-10-31', 'done', null], ['2024-04-30', 'open', null], ['2024-10-31', 'upcoming', null]]);
    expect(states(of, '2024-04-30')[1]).toEqual(['2024-04-30', 'open', null]);
    expect(states(of, '2024-05-01')[1]).toEqual(['2024-04-30', 'overdue', '2024-05-01']);
  });
  test('A-26: the campaign in which a file was established is done', () => {
    expect(states(file('2023-04-10'), '2023-04-10')).toEqual([['2023-04-30', 'done', null], ['2023-10-31', 'upcoming', null]]);
  });
});

/** A file of any day, imported or not, with updates of any day after it came in. */
const anyFile: fc.Arbitrary<FileInCampaigns> = fc
  .record({ anchorOn: anyDate, importedAfter: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3000 })), updates: fc.array(fc.tuple(fc.integer({ min: 0, max: 1500 }), fc.boolean()), { maxLength: 6 }) })
  .map(({ anchorOn, importedAfter, updates }) => {
    const countsFrom = addDays(anchorOn, importedAfter);
    return { anchorOn, countsFrom, updates: updates.map(([days, isVisit]) => ({ on: addDays(countsFrom, days), visit: isVisit })) };
  });
const anyWindows = fc.constantFrom<(readonly CampaignWindow[])[]>(windows, winter, [...windows, ...winter]);

describe('for every file and all windows', () => {
  test('what is due is the end of the first campaign, of all that ended on its first day or later, that nothing has served', () => {
    fc.assert(
      fc.property(anyWindows, anyFile, (by, of) => {
        // Written a second time, year by year, without the shortcuts of the rule.
        const years = Array.from({ length: 16 }, (_, index) => yearOf(of.countsFrom) - 1 + index);
        const unserved = years
          .flatMap((year) => by.map(({ kind, from, until }) => ({ kind, from: `${year}-${from}`, until: `${until < from ? year + 1 : year}-${until}` })))
          .filter(({ until }) => until >= of.countsFrom)
          .filter(({ from, until }) => of.anchorOn < from || of.anchorOn > until)
          .filter(({ kind, from }) => !of.updates.some(({ on, visit: isVisit }) => on >= from && (kind === 'update' || isVisit)))
          .sort((a, b) => a.from.localeCompare(b.from));
        expect(dueOf(of, by)).toBe(unserved[0]?.until ?? null);
      }),
    );
  });
  test('one more update never brings an earlier date, and a visit today always serves what is open or overdue', () => {
    fc.assert(
      fc.property(anyFile, fc.integer({ min: 0, max: 1500 }), fc.boolean(), (of, days, isVisit) => {
        const today = addDays(of.countsFrom, days);
        const updated = { ...of, updates: [...of.updates, { on: today, visit: isVisit }] };
        expect(dueOf(updated)! >= dueOf(of)!).toBe(true);
        if (isVisit) expect(firstUnserved(windows, updated)!.from > today).toBe(true);
      }),
    );
  });
  test('a file of which nothing is owing is asked for again within a year', () => {
    fc.assert(
      fc.property(anyFile, (of) => {
        const last = [...of.updates.map(({ on }) => on), of.countsFrom].reduce((a, b) => (a > b ? a : b));
        const due = dueOf({ ...of, updates: [...of.updates, visit(last)] })!;
        expect(due <= addMonths(last, 14)).toBe(true); // a window of two months, a year on
      }),
    );
  });
  test('the first one listed as open or overdue is the one that is due', () => {
    fc.assert(
      fc.property(anyWindows, anyFile, fc.integer({ min: 0, max: 1500 }), (by, of, days) => {
        const today = addDays(of.countsFrom, days);
        const known = { ...of, updates: of.updates.filter(({ on }) => on <= today) };
        const listed = campaignsOf(by, known, today);
        const asking = listed.find(({ state }) => state !== 'done');
        expect(asking?.until).toBe(dueOf(known, by));
        expect(listed.filter(({ state }) => state === 'upcoming').length).toBe(1);
        for (const { state, until, overdueOn } of listed) expect(overdueOn).toBe(state === 'overdue' ? addDays(until, 1) : null);
      }),
    );
  });
});
