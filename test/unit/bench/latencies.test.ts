import { Latencies } from '../../../bench/load/latencies';

function measured(values: number[]): Latencies {
  const latencies = new Latencies();
  for (const ms of values) latencies.record(ms);
  return latencies;
}

test('percentiles are those of the values, to three significant digits', () => {
  const summary = measured(Array.from({ length: 1000 }, (_none, index) => index + 1)).summary();
  expect(summary.count).toBe(1000);
  expect(summary.p50Ms).toBeCloseTo(500, -1);
  expect(summary.p99Ms).toBeCloseTo(990, -1);
  expect(summary.maxMs).toBeCloseTo(1000, -1);
});

test('a tenth of a millisecond is kept', () => {
  expect(measured([0.1, 0.1, 0.1]).summary().p50Ms).toBeCloseTo(0.1, 2);
});

test('a percentile of nothing is refused: it would look like a very good one', () => {
  expect(() => new Latencies().summary()).toThrow(RangeError);
});

test('what took longer than a minute counts as a minute and is not lost', () => {
  const summary = measured([1, 3_600_000]).summary();
  expect(summary.count).toBe(2);
  expect(summary.maxMs).toBeGreaterThan(59_000);
});
