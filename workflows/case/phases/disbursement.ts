import { isPayable } from '../../../domain/decisions/disbursement';
import type { CaseRecord } from '../../../domain/case-record';
import { BankDesk } from '../bank-desk';
import type { Case } from '../case-context';
import type { Wait } from '../wait';

/** ⑫ 打卡发放帮扶资金，告知职工: two people release the money, the bank answers later, the worker is told. Two effects, both required (R-BZ-F14). */
export async function disbursement(c: Case): Promise<void> {
  if (!c.enter('disbursement')) return;
  const bank = new BankDesk(c);
  while (hasWork(c.record)) {
    bank.follow();
    await c.wait(moneyWaits(c.record), bank.isAsked() ? { wake: () => bank.hasAnswers() } : {});
    bank.recordAnswers();
  }
}

function hasWork(record: CaseRecord): boolean {
  return record.payments.some((payment) => payment.state !== 'paid');
}

/** Finance prepares and the treasurer releases, both of the union that owns the file; each only what is theirs to do. */
function moneyWaits(record: CaseRecord): Wait[] {
  const orgId = record.hardshipFile?.ownerOrgId ?? '';
  const mayPrepare = record.payments.some((payment) => isPayable(record, payment.id));
  const mayRelease = record.disbursements.some((disbursement) => disbursement.state === 'prepared');
  return [
    ...(mayPrepare ? [{ command: 'prepareDisbursement' as const, role: 'finance' as const, orgId, onlyThisOrg: true, task: true }] : []),
    ...(mayRelease ? [{ command: 'releaseDisbursement' as const, role: 'treasurer' as const, orgId, onlyThisOrg: true, task: true }] : []),
  ];
}
