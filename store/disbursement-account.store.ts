import type { CaseEvent } from '../domain/case-events';
import type { BankAccount } from '../domain/bank-card';
import type { Db } from './db';

/**
 * Keeps the account on file as the one that a disbursement goes to. With the step that prepares it; with the step that
 * releases it, where older code prepared it and kept nothing. What is kept stays.
 */
export async function keepAccount(db: Db, caseId: string, event: CaseEvent): Promise<void> {
  if (event.type !== 'disbursementPrepared' && event.type !== 'disbursementReleased') return;
  await db.query({
    name: 'keepAccount',
    text: `insert into disbursement_account (disbursement_id, case_id, bank_account)
           select $1, case_id, bank_account from case_private where case_id = $2 and bank_account is not null
           on conflict (disbursement_id) do nothing`,
    values: [event.disbursementId, caseId],
  });
}

/** The account that a disbursement goes to; the one on file where older code released it. Undefined when there is neither. */
export async function findAccountOf(db: Db, disbursementId: string): Promise<BankAccount | undefined> {
  const { rows } = await db.query<{ account: BankAccount | null }>({
    name: 'findAccountOf',
    text: `select coalesce(k.bank_account, p.bank_account) as account
             from disbursement d left join disbursement_account k on k.disbursement_id = d.id left join case_private p on p.case_id = d.case_id
            where d.id = $1`,
    values: [disbursementId],
  });
  return rows[0]?.account ?? undefined;
}
