import type { PlainDate } from '../../domain/calendar-date';
import { comparisonIsRequired } from '../../domain/decisions/comparison-duty';
import { isPayable } from '../../domain/decisions/disbursement';
import type { CaseRecord } from '../../domain/case-record';
import type { Policy } from '../../domain/policy';
import type { BankDesk } from './bank-desk';
import type { Case } from './case-context';
import { mayWithdrawAuthorization } from './departure';
import type { Wait } from './wait';

/** What goes on in a box of a file's life until it is left. */
export interface Box {
  isLeft: () => boolean;
  waits: () => Wait[];
  /** The next business instant (epoch ms) at which the case acts by itself. */
  nextAtMs?: () => number | undefined;
  /** What the case does by itself when that instant has come. */
  act?: () => void;
}

/**
 * Lets a file rest in a box of its life: people act on it, dates go by, money is released and answered for, whatever
 * the box is.
 */
export async function rest(c: Case, bank: BankDesk, box: Box): Promise<void> {
  box.act?.();
  while (!box.isLeft()) {
    bank.follow();
    await c.wait([...box.waits(), ...moneyWaits(c.record), ...mayWithdrawAuthorization(c.record)], { deadlineMs: box.nextAtMs?.(), ...(bank.isAsked() ? { wake: () => bank.hasAnswers() } : {}) });
    bank.recordAnswers();
    box.act?.();
  }
}

/** Finance prepares and the treasurer releases, both of the union that owns the file; each only what is theirs to do. */
export function moneyWaits(record: CaseRecord): Wait[] {
  const orgId = ownerOf(record);
  const mayPrepare = record.payments.some((payment) => isPayable(record, payment.id));
  const mayRelease = record.disbursements.some((disbursement) => disbursement.state === 'prepared');
  return [
    ...(mayPrepare ? [{ command: 'prepareDisbursement' as const, role: 'finance' as const, orgId, task: true }] : []),
    ...(mayRelease ? [{ command: 'releaseDisbursement' as const, role: 'treasurer' as const, orgId, task: true }] : []),
  ];
}

/** Further aid for a household that has a file: planned and approved like the first, while the file stays where it is. */
export function aidWaits(record: CaseRecord, mayPropose: boolean): Wait[] {
  const orgId = ownerOf(record);
  const isProposed = record.aidPlans.some((plan) => plan.state === 'proposed');
  if (isProposed) return [{ command: 'decideCollectively', role: 'head', orgId, task: true }];
  return mayPropose ? [{ command: 'proposeAidPlan', role: 'handler', orgId, task: false }] : [];
}

/** 信息比对 of a file, where the class has the duty; with the authorisations that it needs. `taskDueOn`: it is work until then. */
export function comparisonWaits(record: CaseRecord, policy: Policy, taskDueOn: PlainDate | undefined): Wait[] {
  if (!comparisonIsRequired(record, policy)) return [];
  return [
    { command: 'recordComparison', role: 'handler', orgId: ownerOf(record), task: taskDueOn !== undefined, dueOn: taskDueOn },
    { command: 'signAuthorization', role: 'clerk', orgId: record.territory.grassrootsOrgId, task: false },
  ];
}

/** What is on file may be corrected in every box: a bank that returns a payment asks for another account. */
export function mayUpdateFile(record: CaseRecord): Wait[] {
  return [
    { command: 'updateFile', role: 'clerk', orgId: record.territory.grassrootsOrgId, task: false },
    { command: 'updateFile', role: 'handler', orgId: ownerOf(record), task: false },
  ];
}

/** The union that owns the file (R-WX-14). */
export function ownerOf({ caseId, hardshipFile }: CaseRecord): string {
  if (!hardshipFile) throw new Error(`case ${caseId} has no file at this point`);
  return hardshipFile.ownerOrgId;
}
