import { setTimeout as pause } from 'node:timers/promises';

const POLL_EVERY_MS = 50;
const GIVE_UP_AFTER_MS = 30_000;

/** Asks again and again until the condition holds. @throws Error with `complaint` when it does not in time */
export async function untilTrue(isTrue: () => Promise<boolean>, complaint: () => string): Promise<void> {
  const giveUpAt = Date.now() + GIVE_UP_AFTER_MS;
  while (!(await isTrue())) {
    if (Date.now() > giveUpAt) throw new Error(complaint());
    await pause(POLL_EVERY_MS);
  }
}
