const MINUTE_MS = 60_000;
/** Callers that are remembered; beyond that the oldest are let go, who then begin anew. */
const CALLERS_MAX = 50_000;

/**
 * Whether one more request is within a limit of so many a minute, by the generic cell rate algorithm: each request takes its
 * share of a minute, and the shares that are taken may not reach more than a minute ahead.
 *
 * @param takenUntil instant until which shares are taken; ms
 * @returns the new instant, or after how long a share is free
 */
export function takeShare(takenUntil: number, perMinute: number, now: number): { takenUntil: number } | { afterMs: number } {
  const next = Math.max(takenUntil, now) + MINUTE_MS / perMinute;
  return next <= now + MINUTE_MS ? { takenUntil: next } : { afterMs: next - now - MINUTE_MS };
}

/** Limits that one process keeps by itself. */
export class Allowances {
  private readonly takenUntil = new Map<string, number>();

  /** @returns undefined when the request is within the limit; otherwise after how long it would be, ms */
  take(key: string, perMinute: number, now = Date.now()): number | undefined {
    const outcome = takeShare(this.takenUntil.get(key) ?? 0, perMinute, now);
    if ('afterMs' in outcome) return outcome.afterMs;
    this.takenUntil.delete(key); // to the end of the order
    this.takenUntil.set(key, outcome.takenUntil);
    if (this.takenUntil.size > CALLERS_MAX) this.forgetSome(now);
    return undefined;
  }

  get size(): number {
    return this.takenUntil.size;
  }

  /** Those who are done; and where so many come at once that few are, the older half of all. */
  private forgetSome(now: number): void {
    for (const [key, until] of this.takenUntil) if (until <= now) this.takenUntil.delete(key);
    const excess = this.takenUntil.size - CALLERS_MAX / 2;
    for (const key of [...this.takenUntil.keys()].slice(0, Math.max(0, excess))) this.takenUntil.delete(key);
  }
}
