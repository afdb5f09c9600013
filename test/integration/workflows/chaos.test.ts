import { chaos } from '../../chaos/chaos';
import { FEW_BLOWS } from '../../chaos/storm';

jest.setTimeout(600_000);
/** `npm run chaos -- --seed …` repeats a run with every kind of blow. */
const SEED = 1;
const CASES = 20;

test('kills of every part while twenty cases move: what was answered is in the record once, and every case can be walked to its end', async () => {
  const report = await chaos({ seed: SEED, cases: CASES, rounds: FEW_BLOWS.length, blows: FEW_BLOWS, gap: [CASES / 2, CASES] });
  expect({ faults: report.faults, dataKeptAt: report.keptAt }).toEqual({ faults: [], dataKeptAt: undefined });
  expect(report.blows).toBe(FEW_BLOWS.length);
  // A run in which nothing moves would find nothing wrong.
  expect(report.cases).toBeGreaterThanOrEqual(CASES);
  expect(report.carriedOut).toBeGreaterThan(CASES * FEW_BLOWS.length);
});
