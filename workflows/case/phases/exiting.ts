import { exitNoticeOf, isNoticeRequired, missingConfirmations, missingVerifications, whyNotConcluded } from '../../../domain/exit';
import { exitOf, stopped } from '../../../domain/decisions/exit';
import { EXIT_VERIFIERS, type ExitVerifier } from '../../../domain/case-facts';
import type { CaseRecord } from '../../../domain/case-record';
import { hasOpenObjection, noticeOutcome } from '../../../domain/notice-outcome';
import type { BankDesk } from '../bank-desk';
import type { Case } from '../case-context';
import { aidWaits, mayUpdateFile, ownerOf, rest } from '../file-desk';
import type { Wait } from '../wait';
import { closeNotice, noticeDeadline, objectionWaits } from './public-notice';

/**
 * ⑦ 脱困退出并告知, up to the conclusion: confirmed by the worker and the grassroots union, or, when the worker refuses
 * without a valid reason, verified twice and announced (R-WX-30, R-WX-31); with a notice in any case where the profile
 * says so (R-YN-18).
 *
 * @returns `stopped` when a valid reason, a sustained objection or a new recheck stands against the exit
 */
export async function exiting(c: Case, bank: BankDesk): Promise<'stopped' | undefined> {
  if (!c.enter('exiting')) return undefined;
  await rest(c, bank, {
    isLeft: () => isStopped(c.record) || exitOf(c.record).effectiveOn !== null,
    waits: () => exitWaits(c.record),
    nextAtMs: () => openNotice(c) && noticeDeadline(openNotice(c), c.today()),
    act: () => closeWhenOver(c),
  });
  return isStopped(c.record) ? 'stopped' : undefined;
}

/** Something stands against the exit, or the household has been looked at again meanwhile. */
function isStopped({ exit }: CaseRecord): boolean {
  return exit?.stoppedBy !== null;
}

function exitWaits(record: CaseRecord): Wait[] {
  return [
    ...confirmationWaits(record),
    ...verificationWaits(record),
    ...noticeWaits(record),
    ...conclusionWaits(record),
    ...aidWaits(record, false),
    ...mayUpdateFile(record),
    { command: 'recordRecheck', role: 'clerk', orgId: record.territory.grassrootsOrgId, task: false },
    { command: 'recordRecheck', role: 'handler', orgId: ownerOf(record), task: false },
  ];
}

function closeWhenOver(c: Case): void {
  const notice = openNotice(c);
  if (!notice || noticeOutcome(notice, c.today()) === undefined) return;
  const outcome = closeNotice(c, 'exit');
  if (outcome === 'objectionSustained') for (const fact of stopped('objection')) c.emit(fact);
}

/** Both may confirm, whether the profile asks for it or not; a worker may refuse as long as the file has not left. */
function confirmationWaits(record: CaseRecord): Wait[] {
  const exit = exitOf(record);
  const missing = missingConfirmations(exit);
  const clerk = { role: 'clerk' as const, orgId: record.territory.grassrootsOrgId };
  return [
    ...(exit.workerConfirmedOn ? [] : [{ ...clerk, command: 'confirmExit' as const, kind: 'worker', task: missing.includes('worker') }]),
    ...(exit.grassrootsConfirmedOn ? [] : [{ ...clerk, command: 'confirmExit' as const, kind: 'grassroots', task: missing.includes('grassroots') }]),
    { ...clerk, command: 'refuseExit', task: false },
  ];
}

function verificationWaits(record: CaseRecord): Wait[] {
  const exit = exitOf(record);
  const missing = missingVerifications(exit);
  const isDone = (verifier: ExitVerifier) => exit.verifications.some(({ by }) => by === verifier);
  return EXIT_VERIFIERS.filter((verifier) => !isDone(verifier)).map((kind) => ({
    command: 'verifyExit',
    kind,
    ...(kind === 'reviewingUnion' ? { role: 'handler', orgId: ownerOf(record) } : { role: 'clerk', orgId: record.territory.grassrootsOrgId }),
    task: missing.includes(kind),
  }));
}

/** The owner of the file posts the exit notice; it is work once everything that comes before it is there. */
function noticeWaits(record: CaseRecord): Wait[] {
  const exit = exitOf(record);
  const poster = { role: 'handler' as const, orgId: ownerOf(record) };
  const notice = exitNoticeOf(record);
  if (notice) return notice.closedOn === null ? objectionWaits(notice, poster) : [];
  if (!isNoticeRequired(exit)) return [];
  return [{ ...poster, command: 'postNotice', kind: 'exit', task: missingVerifications(exit).length === 0 }];
}

function conclusionWaits(record: CaseRecord): Wait[] {
  const isTask = whyNotConcluded(record, exitOf(record)) === undefined && !hasOpenExitObjection(record);
  return [{ command: 'concludeExit', role: 'handler', orgId: ownerOf(record), task: isTask }];
}

function hasOpenExitObjection(record: CaseRecord): boolean {
  const notice = exitNoticeOf(record);
  return notice !== undefined && hasOpenObjection(notice);
}

function openNotice(c: Case) {
  const notice = exitNoticeOf(c.record);
  return notice?.closedOn === null ? notice : undefined;
}

