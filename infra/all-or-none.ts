/**
 * Runs tasks at the same time and waits until each has ended, also when one of them fails: what the others
 * start must be known before it can be stopped. The first failure aborts `signal`, so that long tasks end early.
 * @throws the first failure
 */
export async function allOrNone<A, B>(first: (signal: AbortSignal) => Promise<A>, second: (signal: AbortSignal) => Promise<B>): Promise<[A, B]> {
  const abort = new AbortController();
  const faults: unknown[] = [];
  const guarded = async <T>(task: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> => {
    try {
      return await task(abort.signal);
    } catch (error) {
      faults.push(error);
      abort.abort();
      return undefined;
    }
  };
  const results = await Promise.all([guarded(first), guarded(second)]);
  if (faults.length > 0) throw faults[0];
  return results as [A, B];
}
