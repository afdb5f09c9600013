import { addMonths, type PlainDate } from './calendar-date';

/**
 * The first recheck date strictly after `after`, in the series anchor + 1, 2, 3 … × `everyMonths`.
 *
 * Each date is counted from the anchor, so that a month-end clamp does not stick (31 Aug, 28 Feb, 31 Aug) and an early recheck
 * does not move later ones.
 * @param anchorOn the day the file was established, reopened or re-classed
 * @throws RangeError unless `everyMonths` is a whole number from 1 on
 * @see R-WX-16, R-WX-17, A-07, A-08
 */
export function nextRecheckOn({
  anchorOn,
  everyMonths,
  after,
}: {
  anchorOn: PlainDate;
  everyMonths: number;
  after: PlainDate;
}): PlainDate {
  if (!Number.isSafeInteger(everyMonths) || everyMonths < 1) throw new RangeError(`not a number of months: ${everyMonths}`);
  let step = 1;
  while (addMonths(anchorOn, step * everyMonths) <= after) step += 1;
  return addMonths(anchorOn, step * everyMonths);
}

/**
 * The series date that is due after a recheck done on `doneOn`.
 *
 * A recheck done before its due date counts for it once half of the review period is over; one done earlier is an extra
 * one and leaves the due date where it is, so that no household is left without a look for a period and a half.
 * @param nextDueOn the date that was due before
 */
export function nextAfterRecheck({
  anchorOn,
  everyMonths,
  nextDueOn,
  doneOn,
}: {
  anchorOn: PlainDate;
  everyMonths: number;
  nextDueOn: PlainDate;
  doneOn: PlainDate;
}): PlainDate {
  const countsFrom = addMonths(nextDueOn, -Math.floor(everyMonths / 2));
  if (doneOn < countsFrom) return nextDueOn;
  return nextRecheckOn({ anchorOn, everyMonths, after: doneOn < nextDueOn ? nextDueOn : doneOn });
}
