import { addDays } from '../../../../domain/calendar-date';
import type { Recheck, RecheckStage } from '../../../../domain/case-facts';
import { nextStageOf, scheduleAfter, scheduleFrom } from '../../../../domain/decisions/recheck-schedule';
import type { Policy } from '../../../../domain/policy';
import { policy } from '../given';
import { BOZHOU_DEEP, HAIGANG, LIANGXI, PlayedCase, WOYANG, WUHUA, WUXI_DEEP, WUXI_RELATIVE, type Place } from '../played-case';

const wuxi = policy('wuxi-2023');
const bozhou = policy('bozhou-2023');

/** The record of a file as it comes in. */
const filed = (at: Place, hardshipClass: 'deep' | 'relative', establishedOn: string, on = establishedOn) =>
  PlayedCase.import(at, at === WOYANG ? BOZHOU_DEEP : hardshipClass === 'deep' ? WUXI_DEEP : WUXI_RELATIVE, { hardshipClass, establishedOn, on }).record;

describe('the first recheck of a file', () => {
  test.each([
    { rules: 'R-WX-16', hardshipClass: 'deep', establishedOn: '2023-12-04', everyMonths: 12, nextDueOn: '2024-12-04', opensOn: '2024-11-04' },
    { rules: 'R-WX-17', hardshipClass: 'relative', establishedOn: '2023-12-04', everyMonths: 6, nextDueOn: '2024-06-04', opensOn: '2024-05-05' },
    { rules: 'R-WX-16, A-07', hardshipClass: 'deep', establishedOn: '2024-02-29', everyMonths: 12, nextDueOn: '2025-02-28', opensOn: '2025-01-29' },
    { rules: 'R-WX-17, A-07', hardshipClass: 'relative', establishedOn: '2024-03-31', everyMonths: 6, nextDueOn: '2024-09-30', opensOn: '2024-08-31' },
  ] as const)('$rules: a $hardshipClass file of $establishedOn is rechecked on $nextDueOn, and work from $opensOn on', ({ hardshipClass, establishedOn, everyMonths, nextDueOn, opensOn }) => {
    expect(scheduleFrom(filed(LIANGXI, hardshipClass, establishedOn), wuxi, establishedOn)).toEqual({
      type: 'recheckScheduled',
      recheck: { everyMonths, anchorOn: establishedOn, countsFrom: establishedOn, nextDueOn, opensOn, campaign: null, stage: 'ahead' },
    });
  });
  test.each([
    ['2023-05-17', '2023-10-31', 'before the autumn campaign'],
    ['2023-09-15', '2024-04-30', 'inside a campaign, which counts as updated (A-26)'],
    ['2023-08-31', '2023-10-31', 'the day before a campaign'],
  ])('R-BZ-20, R-BZ-22: a file of %s is looked at again by %s: %s', (establishedOn, nextDueOn) => {
    expect(scheduleFrom(filed(WOYANG, 'deep', establishedOn), bozhou, establishedOn)).toMatchObject({ recheck: { everyMonths: null, nextDueOn, stage: 'ahead' } });
  });
  test.each([['yunnan', WUHUA], ['qinhuangdao-2017', HAIGANG]] as const)('%s names no interval and no campaign: nothing comes by itself', (id, at) => {
    expect(scheduleFrom(filed(at, 'deep', '2024-03-04'), policy(id), '2024-03-04')).toMatchObject({ recheck: { everyMonths: null, nextDueOn: null, opensOn: null, campaign: null } });
  });
  test('the file that a case establishes is rechecked from the day of its approval, however long the money took', () => {
    const played = PlayedCase.apply(LIANGXI, WUXI_RELATIVE).to('noticedTwice').on('2024-01-31').to('approved').on('2024-03-15').to('active');
    expect(played.record.recheck).toMatchObject({ anchorOn: '2024-01-31', nextDueOn: '2024-07-31' });
  });
});

describe('a file that existed before (importFile)', () => {
  test.each([
    ['2023-09-12', '2024-08-01', '2024-09-12', 'counted from the day it was established'],
    ['2020-01-15', '2024-08-01', '2025-01-15', 'and what was due before it came in is not asked for'],
    ['2023-08-01', '2024-08-01', '2024-08-01', 'a date on the day itself is asked for'],
    ['2024-08-01', '2024-08-01', '2025-08-01', 'but not the day of establishing'],
  ])('established %s, in since %s: due %s, %s', (establishedOn, on, nextDueOn) => {
    expect(filed(LIANGXI, 'deep', establishedOn, on).recheck).toMatchObject({ everyMonths: 12, anchorOn: establishedOn, countsFrom: on, nextDueOn });
  });
});

describe('after a recheck or an update', () => {
  test('an update of the file moves no recheck at fixed intervals', () => {
    expect(scheduleAfter(filed(LIANGXI, 'relative', '2024-01-31'), wuxi, '2024-07-01', false)).toBeUndefined();
    expect(scheduleAfter(filed(LIANGXI, 'relative', '2024-01-31'), wuxi, '2024-07-01', true)).toMatchObject({ recheck: { nextDueOn: '2025-01-31' } });
  });
  test('a recheck that moves nothing is ahead again only until its own day', () => {
    expect(scheduleAfter(filed(LIANGXI, 'relative', '2024-01-31'), wuxi, '2024-03-01', true)).toMatchObject({ recheck: { nextDueOn: '2024-07-31', anchorOn: '2024-01-31' } });
  });
  test('before the file has a schedule there is nothing to move', () => {
    expect(scheduleAfter({ ...filed(LIANGXI, 'deep', '2024-01-31'), recheck: null }, wuxi, '2024-07-01', true)).toBeUndefined();
  });
  test('where nothing comes by itself a recheck calls for nothing either', () => {
    expect(scheduleAfter(filed(HAIGANG, 'deep', '2024-03-04'), policy('qinhuangdao-2017'), '2024-07-01', true)).toMatchObject({ recheck: { nextDueOn: null } });
  });
});

describe('R-BZ-09: a new version of the policy reaches a file with its next recheck', () => {
  const everyMonths = (months: number): Policy => ({ ...wuxi, version: 2, recheck: { ...wuxi.recheck, months: { deep: { value: months, rule: 'R-WX-16' }, relative: { value: months, rule: 'R-WX-17' } } } });
  const relative = filed(LIANGXI, 'relative', '2024-01-31');

  test('another interval counts from the same anchor', () => {
    expect(scheduleAfter(relative, everyMonths(3), '2024-07-31', true)).toMatchObject({ recheck: { everyMonths: 3, anchorOn: '2024-01-31', countsFrom: '2024-01-31', nextDueOn: '2024-10-31', stage: 'ahead' } });
    expect(scheduleAfter(relative, everyMonths(12), '2024-07-31', true)).toMatchObject({ recheck: { everyMonths: 12, nextDueOn: '2025-01-31' } });
  });
  test('not with an update, which stands in for no recheck: one that is overdue stays so', () => {
    expect(scheduleAfter(relative, everyMonths(3), '2024-08-20', false)).toBeUndefined();
  });
  test('an interval comes where there were campaigns, or nothing at all', () => {
    for (const at of [WOYANG, HAIGANG]) {
      expect(scheduleAfter(filed(at, 'deep', '2023-11-02'), everyMonths(6), '2024-03-12', true)).toMatchObject({
        recheck: { everyMonths: 6, anchorOn: '2023-11-02', nextDueOn: '2024-11-02', opensOn: '2024-10-03', campaign: null },
      });
    }
  });
  test('campaigns come where there was an interval, and ask for nothing of before', () => {
    const next = scheduleAfter({ ...relative, fileUpdates: [{ on: '2024-07-31', visit: false }] }, bozhou, '2024-07-31', true);
    expect(next).toMatchObject({ recheck: { everyMonths: null, countsFrom: '2024-07-31', nextDueOn: '2024-10-31', campaign: { name: 'autumnCampaign' } } });
  });
});

describe('how a recheck comes nearer (A-32)', () => {
  const recheck = filed(LIANGXI, 'relative', '2024-01-31').recheck!;
  const at = (stage: RecheckStage, change: Partial<Recheck> = {}) => nextStageOf({ ...recheck, stage, ...change }, wuxi);

  test('open a month ahead, overdue from the day after, passed up half a month after its date, and then for good', () => {
    expect(at('ahead')).toEqual({ on: '2024-07-01', stage: 'open' });
    expect(at('open')).toEqual({ on: '2024-08-01', stage: 'overdue' });
    expect(at('overdue')).toEqual({ on: '2024-08-15', stage: 'escalated' });
    expect(at('escalated')).toBeUndefined();
  });
  test('a campaign is work from its first day and overdue from the day after its last', () => {
    const spring = filed(WOYANG, 'deep', '2023-11-01').recheck!;
    expect(nextStageOf(spring, bozhou)).toEqual({ on: '2024-03-01', stage: 'open' });
    expect(nextStageOf({ ...spring, stage: 'open' }, bozhou)).toEqual({ on: '2024-05-01', stage: 'overdue' });
  });
  test.each<RecheckStage>(['ahead', 'open', 'overdue', 'escalated'])('without a date nothing comes nearer (%s)', (stage) => {
    expect(at(stage, { nextDueOn: null, opensOn: null })).toBeUndefined();
  });
  test('the days come in the order of the stages, each after the one before', () => {
    const days: string[] = [];
    for (let next = at('ahead'); next; next = at(next.stage)) days.push(next.on);
    expect(days).toEqual([...days].sort());
    expect(new Set(days).size).toBe(3);
    expect(days[1]).toBe(addDays(recheck.nextDueOn!, 1));
  });
});
