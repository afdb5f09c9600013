import { addDays, dayOfWeek } from './calendar-date';
import type { PlainDate } from './calendar-date';
import { accepted, refused } from './refusal';
import type { Decision } from './refusal';

/** The State Council calendar. Ordinary weekends are implied; only what differs from them is listed. */
export interface WorkingCalendar {
  /** First and last day for which the calendar has an answer, both inclusive. */
  coveredFrom: PlainDate;
  coveredUntil: PlainDate;
  /** Official days off, weekends inside them included. */
  off: PlainDate[];
  /** Make-up working days on weekends (调休). */
  work: PlainDate[];
}

/** The run of a public notice (公示). */
export interface NoticePeriod {
  /** The working days that count, first to last. */
  countedDays: PlainDate[];
  /** The last counted day; the notice is open until 24:00 of it. */
  closesOn: PlainDate;
}

/**
 * Whether `date` is a working day.
 *
 * Refused with CALENDAR_NOT_COVERED outside the covered range: next year's days off are published in autumn, and
 * Monday–Friday would be a guess that closes a notice on the wrong day.
 */
export function isWorkingDay(date: PlainDate, calendar: WorkingCalendar): Decision<boolean> {
  if (!covers(calendar, date)) return notCovered(calendar);
  return accepted(workingDayTest(calendar)(date));
}

/**
 * The period of a notice posted on `postedOn` that runs `workingDays` working days; the day of posting is not counted.
 *
 * Refused with CALENDAR_NOT_COVERED when the posting or any day up to the last counted one lies outside the calendar.
 * @throws RangeError unless `workingDays` is a whole number from 1 on
 * @see A-04, R-WX-04, R-WX-10
 */
export function noticePeriod(postedOn: PlainDate, workingDays: number, calendar: WorkingCalendar): Decision<NoticePeriod> {
  if (!Number.isSafeInteger(workingDays) || workingDays < 1) throw new RangeError(`not a number of working days: ${workingDays}`);
  if (!covers(calendar, postedOn)) return notCovered(calendar);

  const isWorking = workingDayTest(calendar);
  const countedDays: PlainDate[] = [];
  let day = postedOn;
  while (countedDays.length < workingDays) {
    day = addDays(day, 1);
    if (!covers(calendar, day)) return notCovered(calendar);
    if (isWorking(day)) countedDays.push(day);
  }
  return accepted({ countedDays, closesOn: day });
}

function covers(calendar: WorkingCalendar, date: PlainDate): boolean {
  return calendar.coveredFrom <= date && date <= calendar.coveredUntil;
}

function notCovered<T>({ coveredFrom, coveredUntil }: WorkingCalendar): Decision<T> {
  return refused({ code: 'CALENDAR_NOT_COVERED', coveredFrom, coveredUntil });
}

function workingDayTest({ off, work }: WorkingCalendar): (date: PlainDate) => boolean {
  const daysOff = new Set(off);
  const makeUpDays = new Set(work);
  return (date) => makeUpDays.has(date) || (dayOfWeek(date) <= 5 && !daysOff.has(date));
}
