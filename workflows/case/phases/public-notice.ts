import { endOfDay } from '../../../domain/calendar-date';
import type { CaseState, NoticeKind, PublicNotice, Role } from '../../../domain/case-facts';
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
    () => [{ ...poster, command: 'postNotice', kind, onlyThisOrg: true, task: true }, ...always()],
  );
  if (leftBefore) return leftBefore;

  const leftDuring = await c.until(
    () => noticeOutcome(opened(open()), c.today()) !== undefined,
    () => [...objectionWaits(opened(open()), poster), ...always()],
    () => deadlineOf(opened(open()), c),
  );
  if (leftDuring) return leftDuring;

  const notice = opened(latestNotice(c.record, kind));
  const outcome = noticeOutcome(notice, c.today()) ?? 'noObjection';
  c.emit({ type: 'noticeClosed', kind, outcome, effectiveOn: noticeClosedOn(notice) });
  if (outcome !== 'objectionSustained') return undefined;
  c.emit({ type: 'caseRejected' });
  return 'rejected';
}

/** Anyone may object; whoever posted the notice answers, and only then is it that person's task. */
function objectionWaits(notice: PublicNotice, poster: Poster): Wait[] {
  const raise: Wait = { command: 'raiseObjection', kind: notice.kind, role: poster.role, orgId: poster.orgId, public: true, task: false };
  const resolve: Wait = { ...poster, command: 'resolveObjection', kind: notice.kind, onlyThisOrg: true, task: true };
  return hasOpenObjection(notice) ? [resolve, raise] : [raise];
}

/** Past its period the notice waits for findings only, without a date. */
function deadlineOf(notice: PublicNotice, c: Case): { deadlineMs?: number } {
  return c.today() <= notice.closesOn ? { deadlineMs: endOfDay(notice.closesOn) } : {};
}

function opened(notice: PublicNotice | undefined): PublicNotice {
  if (!notice) throw new Error('a notice is open at this point');
  return notice;
}
