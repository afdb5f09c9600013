import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Pool } from 'pg';
import { findAccountOf } from '../store/disbursement-account.store';
import { findDisbursement, type DisbursementRow } from '../store/disbursement.store';
import type { RecordKeys } from '../store/record-keys';
import type { Bank } from './bank';

/** What the bank said about one payment. */
export interface BankAnswer {
  paymentId: string;
  outcome: 'paid' | 'returned';
  /** The bank's code; empty for a payment that was paid. */
  reason: string;
}

export interface BankActivities {
  /** Hands a released disbursement to the bank, for the account that it was prepared for. Safe to run twice: each transfer carries its own id. */
  sendDisbursement(disbursementId: string): Promise<void>;
  /** Asks the bank once; fails, to be tried again, while it has not answered for every payment. */
  collectBankAnswers(disbursementId: string): Promise<BankAnswer[]>;
}

export function createBankActivities({ pool, keys, bank }: { pool: Pool; keys: RecordKeys; bank: Bank }): BankActivities {
  return {
    async sendDisbursement(disbursementId) {
      const disbursement = await released(pool, disbursementId);
      const account = await findAccountOf(pool, keys, disbursementId);
      if (!account) throw ApplicationFailure.retryable('the case has no bank account', 'BANK_ACCOUNT_MISSING');
      for (const item of disbursement.items) {
        const id = transferId(disbursementId, item.paymentId);
        // What the bank has taken stands, also where older code sent it to an account that is not on file any more.
        if (await bank.find(id)) continue;
        await bank.send({
          transferId: id,
          amountFen: item.amountFen,
          payee: { name: account.holderName, cardNumber: account.cardNumber, bankName: account.bankName },
          reference: disbursementId,
        });
      }
    },
    async collectBankAnswers(disbursementId) {
      const disbursement = await released(pool, disbursementId);
      const answers: BankAnswer[] = [];
      for (const { paymentId } of disbursement.items) {
        const transfer = await bank.find(transferId(disbursementId, paymentId));
        if (!transfer || transfer.state === 'accepted') throw notYet();
        answers.push({ paymentId, outcome: transfer.state, reason: transfer.state === 'returned' ? transfer.reason : '' });
      }
      return answers;
    },
  };
}

/** Waiting is the normal course here, so it is kept out of warnings and error counts. */
function notYet(): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'BANK_HAS_NOT_ANSWERED',
    message: 'the bank has not answered yet',
    category: ApplicationFailureCategory.BENIGN,
  });
}

/** Made of what it is, never of the attempt: the bank recognises a transfer that is sent again. */
function transferId(disbursementId: string, paymentId: string): string {
  return `${disbursementId}.${paymentId}`;
}

async function released(pool: Pool, disbursementId: string): Promise<DisbursementRow> {
  const disbursement = await findDisbursement(pool, disbursementId);
  if (!disbursement?.releasedBy) throw new Error(`disbursement ${disbursementId} was not released`);
  return disbursement;
}
