import { proxyActivities } from '@temporalio/workflow';
import type { BankActivities, BankAnswer } from '../../activities/bank.activities';
import type { Case } from './case-context';
import { quickCall, untilTheBankAnswers } from './retry-policies';

const { sendDisbursement } = proxyActivities<BankActivities>(quickCall);
const { collectBankAnswers } = proxyActivities<BankActivities>(untilTheBankAnswers);

/**
 * Hands released disbursements to the bank and brings back its answers. Both calls carry the disbursement's own id, so
 * that a repeated call, after a crash or in a new run, moves no money twice.
 */
export class BankDesk {
  private readonly followed = new Set<string>();
  private answers: { disbursementId: string; answers: BankAnswer[] }[] = [];

  constructor(private readonly c: Case) {}

  /** Follows every disbursement that was released and is not settled; those of an earlier run are taken up again. */
  follow(): void {
    for (const { id, state } of this.c.record.disbursements) {
      if (state !== 'released' || this.followed.has(id)) continue;
      this.followed.add(id);
      // Both activities are retried for ever, so the promise cannot reject while the case lives.
      void this.ask(id);
    }
  }

  isAsked(): boolean {
    return this.c.record.disbursements.some((disbursement) => disbursement.state === 'released');
  }

  hasAnswers(): boolean {
    return this.answers.length > 0;
  }

  /** Records what the bank said, and that the worker was told of what was paid. */
  recordAnswers(): void {
    for (const { disbursementId, answers } of this.answers) {
      const paid: string[] = [];
      for (const { paymentId, outcome, reason } of answers) {
        if (outcome === 'paid') {
          this.c.emit({ type: 'paymentPaid', disbursementId, paymentId });
          paid.push(paymentId);
        } else this.c.emit({ type: 'paymentReturned', disbursementId, paymentId, reason });
      }
      if (paid.length > 0) this.c.emit({ type: 'workerNotified', paymentIds: paid });
    }
    this.answers = [];
  }

  private async ask(disbursementId: string): Promise<void> {
    await sendDisbursement(disbursementId);
    const answers = await collectBankAnswers(disbursementId);
    // Looked up only now: while the bank was asked, other answers were recorded and the list is another one.
    this.answers.push({ disbursementId, answers });
  }
}
