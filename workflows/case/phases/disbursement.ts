import type { BankDesk } from '../bank-desk';
import type { Case } from '../case-context';
import { mayUpdateFile, rest } from '../file-desk';

/** ⑫ 打卡发放帮扶资金，告知职工: two people release the money, the bank answers later, the worker is told. Two effects, both required (R-BZ-F14). */
export async function disbursement(c: Case, bank: BankDesk): Promise<void> {
  if (!c.enter('disbursement')) return;
  await rest(c, bank, {
    isLeft: () => c.record.payments.every((payment) => payment.state === 'paid'),
    waits: () => mayUpdateFile(c.record),
  });
}
