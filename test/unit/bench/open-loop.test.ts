import { setTimeout as pause } from 'node:timers/promises';
import { Latencies } from '../../../bench/load/latencies';
import { dueTimes, openLoop } from '../../../bench/load/open-loop';

test('requests are due at an even rate', () => {
  expect(dueTimes(5, 40)).toEqual([0, 25, 50, 75, 100]);
  expect(dueTimes(0, 40)).toEqual([]);
});

test('a rate of nothing cannot be offered', () => {
  expect(() => dueTimes(3, 0)).toThrow(RangeError);
  expect(() => dueTimes(3, Number.NaN)).toThrow(RangeError);
});

test('a request that stands behind a slow one is measured from when it was due, not from when it could go', async () => {
  const latencies = new Latencies();
  let free: Promise<void> = Promise.resolve();
  // One at a time, the first one slow: the nine after it wait, and their waiting is what their callers would notice.
  await openLoop(dueTimes(10, 1000), (index) => (free = free.then(() => pause(index === 0 ? 300 : 0))), latencies);
  const { count, p50Ms } = latencies.summary();
  expect(count).toBe(10);
  expect(p50Ms).toBeGreaterThan(250);
});

test('requests are sent when they are due, although none before was answered', async () => {
  const sentAt: number[] = [];
  const startedAt = performance.now();
  let answerAll: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answerAll = resolve));
  const send = async () => {
    sentAt.push(performance.now() - startedAt);
    if (sentAt.length === 4) answerAll(); // were one waited for, this would never come
    await answered;
  };
  await openLoop(dueTimes(4, 100), send, new Latencies());
  for (const [index, at] of sentAt.entries()) expect(at).toBeGreaterThanOrEqual(index * 10 - 2);
});

test('a failure is told, after what was sent has come to its end', async () => {
  let ended = 0;
  const send = async (index: number) => {
    if (index === 0) throw new Error('refused');
    await pause(30);
    ended++;
  };
  await expect(openLoop([0, 0, 0], send, new Latencies())).rejects.toThrow('refused');
  expect(ended).toBe(2);
});
