import type { CaseRecord } from './case-record';
import type { Exit, ExitConfirmer, ExitRoute, ExitVerifier, PublicNotice } from './case-facts';
import { EXIT_VERIFIERS } from './case-facts';
import type { Refusal } from './refusal';

/** Whether the worker, who would have to confirm, has refused without a valid reason: the way of R-WX-31. */
export function isRefusedWithoutReason({ terms, refusal }: Exit): boolean {
  return terms.workerConfirms && refusal !== null && !refusal.valid;
}

/** Whether the exit needs its notice: always where the profile says so (R-YN-18), otherwise after a refusal (R-WX-31). */
export function isNoticeRequired(exit: Exit): boolean {
  return exit.terms.noticeAlways || isRefusedWithoutReason(exit);
}

/** Verifications that must come before the exit notice and are not there. */
export function missingVerifications(exit: Exit): ExitVerifier[] {
  const needed = isRefusedWithoutReason(exit) ? EXIT_VERIFIERS : exit.terms.noticeAlways ? exit.terms.verifiers : [];
  return needed.filter((verifier) => !exit.verifications.some(({ by }) => by === verifier));
}

/** Confirmations that are not there; the refusal procedure stands in for the worker's (R-WX-30, R-WX-31). */
export function missingConfirmations(exit: Exit): ExitConfirmer[] {
  const missing: ExitConfirmer[] = [];
  if (exit.terms.workerConfirms && !exit.workerConfirmedOn && !isRefusedWithoutReason(exit)) missing.push('worker');
  if (exit.terms.grassrootsConfirms && !exit.grassrootsConfirmedOn) missing.push('grassroots');
  return missing;
}

/** The notice of the exit that is going on, posted or closed. */
export function exitNoticeOf({ exit, notices }: CaseRecord): PublicNotice | undefined {
  return exit ? notices.slice(exit.noticesBefore).findLast((notice) => notice.kind === 'exit') : undefined;
}

/** Why an exit cannot be concluded yet; undefined when it can. */
export function whyNotConcluded(record: CaseRecord, exit: Exit): Refusal | undefined {
  const unconfirmed = missingConfirmations(exit);
  if (unconfirmed.length > 0) return { code: 'EXIT_CONFIRMATION_MISSING', rule: 'R-WX-30', missing: unconfirmed };
  const unverified = missingVerifications(exit);
  if (unverified.length > 0) return incompleteVerification(exit, unverified);
  // A notice that was posted runs to its end, and its objections are answered, whether it is still needed or not.
  const notice = exitNoticeOf(record);
  const isOpen = notice?.closedOn === null;
  if (isOpen || (isNoticeRequired(exit) && notice?.outcome !== 'noObjection')) return { code: 'EXIT_NOTICE_REQUIRED', rule: ruleOfNotice(exit) };
  return undefined;
}

/** The refusal that names who has not verified yet. */
export function incompleteVerification(exit: Exit, missing: ExitVerifier[]): Refusal {
  return { code: 'EXIT_VERIFICATION_INCOMPLETE', rule: ruleOfNotice(exit), missing };
}

/** On which ground an exit that can be concluded leaves. */
export function routeOf(exit: Exit): ExitRoute {
  if (isRefusedWithoutReason(exit)) return 'announcedAfterRefusal';
  if (exit.terms.noticeAlways) return 'announced';
  return exit.terms.workerConfirms ? 'bothConfirmed' : 'toldOnly';
}

function ruleOfNotice({ terms }: Exit): 'R-YN-18' | 'R-WX-31' {
  return terms.noticeAlways ? 'R-YN-18' : 'R-WX-31';
}
