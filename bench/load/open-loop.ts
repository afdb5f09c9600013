import { setTimeout as pause } from 'node:timers/promises';
import type { Latencies } from './latencies';

/** When each of `count` requests is due, in ms after the start, at an even rate per second. */
export function dueTimes(count: number, perSecond: number): number[] {
  if (!(perSecond > 0)) throw new RangeError(`a rate of ${perSecond} requests per second cannot be offered`);
  return Array.from({ length: count }, (_none, index) => (index * 1000) / perSecond);
}

/**
 * Offers requests at their due times, whatever became of those before, and measures each from when it was *due*.
 *
 * A generator that waited for answers would send less while the service is slow, and measure only what it sent: a stall of a
 * second would count as one slow request instead of the forty that met it.
 * @param send carries out the request with that index; it may first wait for an earlier one, and the wait counts
 * @throws the first failure, after everything that was sent has come to its end
 */
export async function openLoop(dueAtMs: readonly number[], send: (index: number) => Promise<void>, latencies: Latencies): Promise<void> {
  const startedAt = performance.now();
  const failures: unknown[] = [];
  const one = async (dueMs: number, index: number) => {
    try {
      await send(index);
      latencies.record(performance.now() - startedAt - dueMs);
    } catch (error) {
      failures.push(error);
    }
  };
  const underWay: Promise<void>[] = [];
  for (const [index, dueMs] of dueAtMs.entries()) {
    const aheadMs = dueMs - (performance.now() - startedAt);
    if (aheadMs > 0) await pause(aheadMs);
    if (failures.length > 0) break;
    underWay.push(one(dueMs, index));
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}
