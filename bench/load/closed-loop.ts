/**
 * Works through the items with so many workers at once, each taking the next item when it is through with one.
 *
 * @returns how long all of it took, in ms
 * @throws the first failure, after the other workers have finished the item they were at
 */
export async function closedLoop<Item>(items: readonly Item[], workers: number, work: (item: Item) => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  const waiting = [...items];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined && failures.length === 0; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  if (failures.length > 0) throw failures[0];
  return performance.now() - startedAt;
}

/** Repeats `work` with so many workers at once until the time is over. @returns how long it took, in ms */
export async function closedLoopFor(durationMs: number, workers: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  const worker = async () => {
    while (performance.now() - startedAt < durationMs) await work();
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return performance.now() - startedAt;
}
