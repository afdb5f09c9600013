import { withdrawFile } from '../../../domain/decisions/withdraw-file';
import type { BankDesk } from '../bank-desk';
import type { Case } from '../case-context';
import { rest } from '../file-desk';

/**
 * 撤档: the file leaves on the day of the exit, or at the end of the phase-out. Money that is on its way is waited
 * for, so that no bank's answer finds a case that has ended.
 */
export async function withdrawal(c: Case, bank: BankDesk): Promise<void> {
  await rest(c, bank, { isLeft: () => !bank.isAsked(), waits: () => [] });
  for (const fact of withdrawFile(c.record, c.record.phaseOut?.endsOn ?? c.record.exit?.effectiveOn ?? c.today(), c.policy())) c.emit(fact);
  c.emit({ type: 'phaseEntered', state: 'closed' });
}
