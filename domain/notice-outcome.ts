import type { PlainDate } from './calendar-date';
import type { NoticeOutcome, PublicNotice } from './case-facts';

/**
 * How a public notice stands at the beginning of `today`: undefined while it is open, or while an objection is still
 * being looked into, even past its period: a family must not be confirmed over it (R-WX-04, R-WX-11, A-22).
 */
export function noticeOutcome(notice: PublicNotice, today: PlainDate): NoticeOutcome | undefined {
  if (notice.objections.some((objection) => objection.outcome === 'sustained')) return 'objectionSustained';
  if (today <= notice.closesOn || hasOpenObjection(notice)) return undefined;
  return 'noObjection';
}

/** The business date on which the notice closed: the day of a sustained finding, else its last day or the later day of the last finding. */
export function noticeClosedOn(notice: PublicNotice): PlainDate {
  const sustained = notice.objections.find((objection) => objection.outcome === 'sustained');
  if (sustained?.resolvedOn) return sustained.resolvedOn;
  const found = notice.objections.flatMap((objection) => objection.resolvedOn ?? []);
  return [notice.closesOn, ...found].reduce((a, b) => (a > b ? a : b));
}

export function hasOpenObjection(notice: PublicNotice): boolean {
  return notice.objections.some((objection) => objection.outcome === null);
}
