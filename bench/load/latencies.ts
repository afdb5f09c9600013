import { build, type Histogram } from 'hdr-histogram-js';

/** What a set of latencies comes to; milliseconds, to two decimals. */
export interface LatencySummary {
  count: number;
  meanMs: number;
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** A minute, in µs: longer than any request is waited for. */
const LONGEST_US = 60_000_000;

/** Latencies as they are measured, kept to three significant digits. */
export class Latencies {
  private readonly histogram: Histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: LONGEST_US, numberOfSignificantValueDigits: 3 });

  /** @param ms from 0 up; what took longer than a minute counts as a minute */
  record(ms: number): void {
    this.histogram.recordValue(Math.min(LONGEST_US, Math.max(0, Math.round(ms * 1000))));
  }

  /** Takes over what another set has measured. */
  add(other: Latencies): void {
    this.histogram.add(other.histogram);
  }

  get count(): number {
    return this.histogram.totalCount;
  }

  /** @throws RangeError when nothing was measured: a percentile of nothing would look like a very good one */
  summary(): LatencySummary {
    if (this.count === 0) throw new RangeError('no latency was measured');
    const at = (percentile: number) => inMs(this.histogram.getValueAtPercentile(percentile));
    return { count: this.count, meanMs: inMs(this.histogram.mean), p50Ms: at(50), p90Ms: at(90), p99Ms: at(99), maxMs: inMs(this.histogram.maxValue) };
  }
}

function inMs(us: number): number {
  return Math.round(us / 10) / 100;
}
