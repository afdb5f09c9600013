import type { Household } from '../../../../domain/household';
import { HAIGANG, LIANGXI, PlayedCase, WOYANG, WUXI_ACCIDENTAL, WUXI_DEEP, WUXI_RELATIVE, type Place } from '../played-case';

const filed = (at: Place = LIANGXI, hardshipClass: 'deep' | 'relative' = 'relative') =>
  PlayedCase.import(at, hardshipClass === 'deep' ? WUXI_DEEP : WUXI_RELATIVE, { hardshipClass, establishedOn: '2024-01-31', on: '2024-01-31', monthlyLivingAidFen: 60_000 });
const lower = { monthlyLivingAidFen: 40_000, hasMaterialChange: false };
const codes = (played: PlayedCase) => played.refusals('changeAidLevel', lower).map(({ code }) => code);

describe('R-WX-19: the aid of a household inside its review period', () => {
  test('may not fall without a material change, from the first to the last day (C28)', () => {
    for (const on of ['2024-01-31', '2024-04-10', '2024-07-31']) {
      expect(filed().on(on).refusals('changeAidLevel', lower)).toEqual([
        { code: 'AID_REDUCTION_WITHOUT_CHANGE', rule: 'R-WX-19', currentFen: 60_000, reviewPeriodEndsOn: '2024-07-31' },
      ]);
    }
  });
  test('one fen less is less; the same and more are always possible', () => {
    const allowed = (monthlyLivingAidFen: number) => filed().on('2024-04-10').decide('changeAidLevel', { monthlyLivingAidFen, hasMaterialChange: false }).accepted;
    expect([0, 59_999, 60_000, 60_001].map(allowed)).toEqual([false, false, true, true]);
  });
  test('with a material change it may fall, and the new level is the one that is protected then', () => {
    const played = filed().on('2024-04-17').do('changeAidLevel', { ...lower, hasMaterialChange: true });
    expect(played.record.aidLevel).toEqual({ monthlyLivingAidFen: 40_000, setOn: '2024-04-17' });
    expect(played.refusals('changeAidLevel', { monthlyLivingAidFen: 39_999, hasMaterialChange: false })).toMatchObject([{ currentFen: 40_000 }]);
    expect(played.record.recheck).toMatchObject({ everyMonths: 6, nextDueOn: '2024-07-31' }); // C28: the recheck does not move with it
  });
  test('a level set for the first time falls from nothing', () => {
    const played = PlayedCase.import(LIANGXI, WUXI_RELATIVE, { hardshipClass: 'relative', establishedOn: '2024-01-31', on: '2024-01-31' });
    expect(played.record.aidLevel).toBeNull();
    expect(played.do('changeAidLevel', { monthlyLivingAidFen: 0, hasMaterialChange: false }).record.aidLevel?.monthlyLivingAidFen).toBe(0);
  });
  test('a recheck that keeps the file begins a new period at once', () => {
    const played = filed().on('2024-07-20').do('recordRecheck', { doneOn: '2024-07-20', outcome: 'keep', hasReason: false });
    for (const on of ['2024-07-20', '2024-08-01', '2025-01-31']) expect(codes(played.on(on))).toEqual(['AID_REDUCTION_WITHOUT_CHANGE']);
  });
  test('the period lasts until the recheck is done: a union that comes late does not take the protection away', () => {
    for (const on of ['2024-08-01', '2025-08-01', '2034-01-31']) {
      expect(filed().on(on).refusals('changeAidLevel', lower)).toMatchObject([{ code: 'AID_REDUCTION_WITHOUT_CHANGE', reviewPeriodEndsOn: '2024-07-31' }]);
    }
  });
  test('in Bozhou the period lasts until the campaign that is due has been served', () => {
    for (const on of ['2024-04-30', '2024-05-01']) expect(codes(filed(WOYANG).on(on))).toEqual(['AID_REDUCTION_WITHOUT_CHANGE']);
    expect(filed(WOYANG).refusals('changeAidLevel', lower)).toMatchObject([{ reviewPeriodEndsOn: '2024-04-30' }]);
  });
  test('where no recheck comes by itself there is no day on which the protection would end', () => {
    for (const on of ['2024-04-10', '2034-04-10']) {
      expect(filed(HAIGANG).on(on).refusals('changeAidLevel', lower)).toMatchObject([{ code: 'AID_REDUCTION_WITHOUT_CHANGE', reviewPeriodEndsOn: null }]);
    }
  });
});

describe('R-WX-18: a recheck that found a lower class is the change', () => {
  const reclassed = () => filed(LIANGXI, 'deep').on('2024-06-20').do('recordRecheck', { doneOn: '2024-06-20', household: WUXI_RELATIVE, outcome: 'changeClass', hasReason: false });

  test('the level of the old class may be adjusted to the new one, once', () => {
    const played = reclassed().do('changeAidLevel', lower);
    expect(played.record.aidLevel?.monthlyLivingAidFen).toBe(40_000);
    expect(played.refusals('changeAidLevel', { monthlyLivingAidFen: 39_999, hasMaterialChange: false })).toMatchObject([{ code: 'AID_REDUCTION_WITHOUT_CHANGE' }]);
  });
  test('a household that was found worse off, or as badly off in another class, keeps its level', () => {
    const changed = (from: 'accidental' | 'relative', household: Household) =>
      PlayedCase.import(LIANGXI, WUXI_RELATIVE, { hardshipClass: from, establishedOn: '2024-01-31', on: '2024-01-31', monthlyLivingAidFen: 60_000 })
        .on('2024-06-20')
        .do('recordRecheck', { doneOn: '2024-06-20', household, outcome: 'changeClass', hasReason: false });
    for (const played of [changed('relative', WUXI_DEEP), changed('accidental', WUXI_DEEP), changed('relative', WUXI_ACCIDENTAL), changed('accidental', WUXI_RELATIVE)]) {
      expect(played.record.lastRecheck).toMatchObject({ outcome: 'changeClass' });
      expect(codes(played)).toEqual(['AID_REDUCTION_WITHOUT_CHANGE']);
    }
  });
  test('the next recheck that keeps the file ends that', () => {
    const played = reclassed().on('2024-12-10').do('recordRecheck', { doneOn: '2024-12-10', outcome: 'keep', hasReason: false });
    expect(codes(played)).toEqual(['AID_REDUCTION_WITHOUT_CHANGE']);
  });
});
