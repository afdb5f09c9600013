import { setTimeout as wait } from 'node:timers/promises';

/** Waits that long, or until the signal says that there is nothing to wait for any more, whichever comes first. */
export async function pauseUntil(signal: AbortSignal, ms: number): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
