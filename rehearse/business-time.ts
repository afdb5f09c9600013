/** When a step happens: business dates and date-times are Asia/Shanghai, which has had no daylight saving since 1991. */

const SHANGHAI_OFFSET_MS = 8 * 60 * 60 * 1000;
/** A business day begins at 09:00, far from the deadlines, which end at 24:00. */
const START_OF_BUSINESS = 'T09:00:00+08:00';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/;
const HAS_OFFSET = /(Z|[+-]\d{2}:\d{2})$/;

/**
 * The instant a step's `at` stands for, in milliseconds since the epoch.
 *
 * @param at `YYYY-MM-DD` (09:00 of that day) or `YYYY-MM-DDTHH:MM[:SS]`, in Shanghai unless it names an offset
 * @returns undefined when `at` is neither, or a day that does not exist
 */
export function findInstant(at: string): number | undefined {
  if (!DATE.test(at) && !DATE_TIME.test(at)) return undefined;
  // `Date.parse` rolls 30 February over to March instead of refusing it.
  const day = at.slice(0, 10);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined;
  if (DATE.test(at)) return Date.parse(`${at}${START_OF_BUSINESS}`);
  const instant = Date.parse(HAS_OFFSET.test(at) ? at : `${at}+08:00`);
  return Number.isNaN(instant) ? undefined : instant;
}

/**
 * As {@link findInstant}, for what the scenario's schema has already vouched for.
 *
 * @throws RangeError when `at` is no date or date-time
 */
export function getInstant(at: string): number {
  const instant = findInstant(at);
  if (instant === undefined) throw new RangeError(`not a business date or date-time: ${at}`);
  return instant;
}

/** RFC 3339 at +08:00, whole seconds, e.g. `2024-01-08T09:00:00+08:00`. */
export function toRfc3339(instant: number): string {
  return `${new Date(instant + SHANGHAI_OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
}

/** The business date, `YYYY-MM-DD`, on which `instant` falls. */
export function businessDate(instant: number): string {
  return toRfc3339(instant).slice(0, 10);
}
