import { setTimeout as pause } from 'node:timers/promises';
import { closedLoop } from '../../../bench/load/closed-loop';

test('every item is worked on once, never more of them at once than there are workers', async () => {
  const seen: number[] = [];
  let [now, most] = [0, 0];
  await closedLoop([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most = Math.max(most, ++now);
    await pause(5);
    seen.push(item);
    now--;
  });
  expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
});

test('after a failure no new item is begun, and the failure is told', async () => {
  const begun: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    await pause(5);
    if (item === 1) throw new Error('refused');
  };
  await expect(closedLoop([1, 2, 3, 4, 5, 6], 2, work)).rejects.toThrow('refused');
  expect(begun.length).toBeLessThan(6);
});
