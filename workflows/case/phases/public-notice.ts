import { endOfDay, type PlainDate } from '../../../domain/calendar-date';
import type { CaseState, NoticeKind, NoticeOutcome, PublicNotice, Role } from '../../../domain/case-facts';
import { latestNotice } from '../../../domain/case-record';
import { hasOpenObjection, noticeClosedOn, noticeOutcome } from '../../../domain/notice-outcome';
import type { Case } from '../case-context';
import { applicantMay, mayReturn, type Departure } from '../departure';
import type { Wait } from '../wait';

/** Who posts a notice and answers the objections to it. */
export interface Poster {
  role: Role & ('clerk' | 'handler');
  orgId: string;
}

/**
 * 公示: posted by a person, closes by itself at 24:00 of its last day, and stays open past it while an objection
 * is being looked into. A sustained objection ends the case.
 */
export async function publicNotice(c: Case, state: CaseState, kind: NoticeKind, poster: Poster): Promise<Departure | undefined> {
  if (!c.enter(state)) return undefined;
  const open = () => c.record.notices.find((notice) => notice.kind === kind && notice.closedOn === null);
  const always = () => [mayReturn(poster.role, poster.orgId), ...applicantMay(c.record)];

  const leftBefore = await c.until(
    () => open() !== undefined,
    () => [{ ...poster, command: 'postNotice', kind, task: true }, ...always()],
  );
  if (leftBefore) return leftBefore;

  const leftDuring = await c.until(
    () => noticeOutcome(opened(open()), c.today()) !== undefined,
    () => [...objectionWaits(opened(open()), poster), ...always()],
    () => ({ deadlineMs: noticeDeadline(open(), c.today()) }),
  );
  if (leftDuring) return leftDuring;
  if (closeNotice(c, kind) !== 'objectionSustained') return undefined;
  c.emit({ type: 'caseRejected' });
  return 'rejected';
}

/** Closes a notice that has come to its outcome, on the day that it had. */
export function closeNotice(c: Case, kind: NoticeKind): NoticeOutcome {
  const notice = opened(latestNotice(c.record, kind));
  const outcome = noticeOutcome(notice, c.today()) ?? 'noObjection';
  c.emit({ type: 'noticeClosed', kind, outcome, effectiveOn: noticeClosedOn(notice) });
  return outcome;
}

/** Anyone may object; whoever posted the notice answers, and only then is it that person's task. */
export function objectionWaits(notice: PublicNotice, poster: Poster): Wait[] {
  const raise: Wait = { command: 'raiseObjection', kind: notice.kind, role: poster.role, orgId: poster.orgId, public: true, task: false };
  const resolve: Wait = { ...poster, command: 'resolveObjection', kind: notice.kind, task: true };
  return hasOpenObjection(notice) ? [resolve, raise] : [raise];
}

/** 24:00 of the last day (epoch ms); past its period a notice waits for findings only, without a date. */
export function noticeDeadline(notice: PublicNotice | undefined, today: PlainDate): number | undefined {
  return notice && today <= notice.closesOn ? endOfDay(notice.closesOn) : undefined;
}

function opened(notice: PublicNotice | undefined): PublicNotice {
  if (!notice) throw new Error('a notice is open at this point');
  return notice;
}
