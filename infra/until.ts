import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  withinMs: number;
  /** Pause between two looks; a look itself may take longer. */
  everyMs?: number;
}

/** A condition did not come true in time. */
export class NotInTime extends Error {
  override readonly name = 'NotInTime';
}

/**
 * Looks again and again until `probe` gives a value, and answers that value.
 *
 * A probe says "not yet" by `undefined`; whatever it throws is passed on, so a probe decides itself which
 * faults only mean "not yet".
 * @throws NotInTime after `withinMs` milliseconds
 */
export async function until<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  { withinMs, everyMs = 25 }: Patience,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() >= deadline) throw new NotInTime(`not within ${withinMs / 1000} s`);
    await pause(everyMs);
  }
}
