import { livingStandardOn } from '../../../domain/living-standard';
import { loadReference } from '../../../policies/reference';
import { refusalsOf, standard, valueOf } from './given';

const { livingStandards } = loadReference();

describe('livingStandardOn', () => {
  test.each([
    ['2024-06-30', 109_500],
    ['2024-07-01', 111_500],
    ['2025-06-30', 111_500],
    ['2025-07-01', 116_700],
    ['2026-12-31', 116_700],
  ])('Liangxi on %s: %i fen', (date, fen) => {
    expect(valueOf(livingStandardOn(livingStandards, '320213', date)).fenPerPersonMonth).toBe(fen);
  });
  test('before the first listed day there is no standard, and none is guessed', () => {
    expect(refusalsOf(livingStandardOn(livingStandards, '320213', '2022-12-31'))).toEqual([
      { code: 'LIVING_STANDARD_MISSING', regionCode: '320213', onDate: '2022-12-31' },
    ]);
  });
  test('a county without a row does not get its neighbour’s', () => {
    expect(refusalsOf(livingStandardOn(livingStandards, '999999', '2024-01-01'))).toHaveLength(1);
  });
  test('of two that apply, the one that began last counts, in whatever order they are listed', () => {
    const old = { ...standard(100), from: '2020-01-01' };
    const current = { ...standard(200), from: '2021-01-01' };
    for (const rows of [
      [old, current],
      [current, old],
    ]) {
      expect(valueOf(livingStandardOn(rows, '320213', '2021-01-01')).fenPerPersonMonth).toBe(200);
      expect(valueOf(livingStandardOn(rows, '320213', '2020-12-31')).fenPerPersonMonth).toBe(100);
    }
  });
});
