/**
 * A calendar date in Asia/Shanghai, `YYYY-MM-DD`. The order of the strings is the order of the dates.
 *
 * JavaScript's Date is not used: it overflows 29 February + 10 years and 31 August + 6 months into the next month, where
 * the month-end is wanted, and it drags the time zone of the machine in.
 */
export type PlainDate = string;

const DAY_MS = 86_400_000;
/** China has one time zone and no daylight saving since 1991; no instant of the service is older. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
/** An example of the ID number standard was born in 1880. */
const YEAR_MIN = 1800;
const YEAR_MAX = 2200;

interface YearMonthDay {
  year: number;
  month: number;
  day: number;
}

/** Whether `text` is a calendar date that exists, in `YYYY-MM-DD`, from 1800 to 2200. */
export function isPlainDate(text: string): boolean {
  return find(text) !== undefined;
}

/** `date` plus `days` calendar days (negative: before). @throws RangeError see {@link parse} */
export function addDays(date: PlainDate, days: number): PlainDate {
  return fromDayNumber(dayNumber(date) + days);
}

/**
 * `date` plus `months` (negative: before): the corresponding day, or the month-end where the month has no such day.
 *
 * A series is counted from its anchor (`addMonths(anchor, 12)`, never two steps of 6): once clamped to a month-end, the
 * original day would be lost.
 * @throws RangeError see {@link parse}
 * @see A-07
 */
export function addMonths(date: PlainDate, months: number): PlainDate {
  const { year, month, day } = parse(date);
  const monthIndex = year * 12 + (month - 1) + months;
  const target = { year: Math.floor(monthIndex / 12), month: (((monthIndex % 12) + 12) % 12) + 1 };
  return format({ ...target, day: Math.min(day, daysInMonth(target.year, target.month)) });
}

/** `date` plus `years`: 29 February becomes 28 February in a common year. @see A-07 */
export function addYears(date: PlainDate, years: number): PlainDate {
  return addMonths(date, years * 12);
}

/** Calendar days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: PlainDate, to: PlainDate): number {
  return dayNumber(to) - dayNumber(from);
}

/** Day of the week, 1 = Monday to 7 = Sunday. */
export function dayOfWeek(date: PlainDate): number {
  // 1970-01-01, day 0, was a Thursday.
  return ((((dayNumber(date) + 3) % 7) + 7) % 7) + 1;
}

/** Full years of age on `onDate`; negative before birth. Who was born on 29 February is a year older on the 28th. */
export function ageOn(birthOn: PlainDate, onDate: PlainDate): number {
  const years = yearOf(onDate) - yearOf(birthOn);
  return addYears(birthOn, years) <= onDate ? years : years - 1;
}

/** Calendar year of `date`. */
export function yearOf(date: PlainDate): number {
  return parse(date).year;
}

/** The instant at which `date` begins in Asia/Shanghai, epoch milliseconds. */
function startOfDay(date: PlainDate): number {
  return dayNumber(date) * DAY_MS - SHANGHAI_OFFSET_MS;
}

/** 24:00 of `date` in Asia/Shanghai, epoch milliseconds: the same instant as the start of the next day. */
export function endOfDay(date: PlainDate): number {
  return startOfDay(date) + DAY_MS;
}

/** The instant of a local time of day on `date`, epoch milliseconds. */
export function instantAt(date: PlainDate, hour: number, minute = 0): number {
  return startOfDay(date) + (hour * 60 + minute) * 60_000;
}

/** The date on which an instant (epoch milliseconds) falls in Asia/Shanghai. */
export function shanghaiDateAt(epochMs: number): PlainDate {
  return fromDayNumber(Math.floor((epochMs + SHANGHAI_OFFSET_MS) / DAY_MS));
}

/** An instant (epoch milliseconds) as RFC 3339 with offset +08:00; milliseconds only when there are any. */
export function formatInstant(epochMs: number): string {
  const date = shanghaiDateAt(epochMs);
  const ms = epochMs - startOfDay(date);
  const time = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60];
  const fraction = ms % 1000 === 0 ? '' : `.${pad(ms % 1000, 3)}`;
  return `${date}T${time.map((part) => pad(part, 2)).join(':')}${fraction}+08:00`;
}

function find(text: string): YearMonthDay | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!parts) return undefined;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const exists = year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  return exists ? { year, month, day } : undefined;
}

/** @throws RangeError for what is not a {@link PlainDate}: the caller's mistake, since dates are checked where they come in */
function parse(date: PlainDate): YearMonthDay {
  const found = find(date);
  if (!found) throw new RangeError(`not a calendar date: ${date}`);
  return found;
}

function format({ year, month, day }: YearMonthDay): PlainDate {
  if (year < YEAR_MIN || year > YEAR_MAX) throw new RangeError(`date outside ${YEAR_MIN}–${YEAR_MAX}: year ${year}`);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Leap days in the years 1 to `year`. */
function leapDaysUntil(year: number): number {
  return Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
}

function daysBeforeYear(year: number): number {
  return (year - 1970) * 365 + leapDaysUntil(year - 1) - leapDaysUntil(1969);
}

/** Days since 1970-01-01. */
function dayNumber(date: PlainDate): number {
  const { year, month, day } = parse(date);
  let days = daysBeforeYear(year) + day - 1;
  for (let before = 1; before < month; before += 1) days += daysInMonth(year, before);
  return days;
}

function fromDayNumber(days: number): PlainDate {
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysBeforeYear(year) > days) year -= 1;
  while (daysBeforeYear(year + 1) <= days) year += 1;

  let month = 1;
  let dayOfYear = days - daysBeforeYear(year);
  while (dayOfYear >= daysInMonth(year, month)) {
    dayOfYear -= daysInMonth(year, month);
    month += 1;
  }
  return format({ year, month, day: dayOfYear + 1 });
}
