import { Journal } from './journal';
import { answerFor } from './test-cards';
import { type AcceptedTransfer, isSameOrder, type TransferOrder } from './transfer';

export interface BankOptions {
  /** The journal's file. */
  file: string;
  /** Time from the acceptance of a transfer to its answer. */
  answerAfterMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

export type Acceptance = { accepted: true; transfer: AcceptedTransfer } | { accepted: false; code: 'TRANSFER_ID_REUSED' };

/** The transfers the bank knows. One transfer id moves money once, however often and however concurrently it is ordered. */
export class Bank {
  private readonly transfers = new Map<string, AcceptedTransfer>();
  /** Accepted transfers by payee card. */
  private readonly countByCard = new Map<string, number>();
  /** Transfers on their way to the disk: a second order of the same id waits for the first. */
  private readonly beingAccepted = new Map<string, Promise<unknown>>();

  private constructor(
    private readonly journal: Journal,
    known: AcceptedTransfer[],
    private readonly options: BankOptions,
  ) {
    for (const transfer of known) {
      this.transfers.set(transfer.transferId, transfer);
      this.count(transfer.order.payee.cardNumber, 1);
    }
  }

  /** @throws JournalDamaged when the journal cannot be read */
  static async open(options: BankOptions): Promise<Bank> {
    const { journal, transfers } = await Journal.open(options.file);
    return new Bank(journal, transfers, options);
  }

  /**
   * Accepts a transfer, or says again that it was accepted.
   *
   * @returns not accepted when the id already stands for another order
   * @throws whatever the disk throws; nothing is accepted then, and the order may be repeated
   */
  async accept(transferId: string, order: TransferOrder): Promise<Acceptance> {
    // Whoever waited looks again: the first order may have failed on the disk, and then the next one is the first.
    for (let first = this.beingAccepted.get(transferId); first; first = this.beingAccepted.get(transferId)) await Promise.allSettled([first]);

    const known = this.transfers.get(transferId);
    if (known) return isSameOrder(known.order, order) ? { accepted: true, transfer: known } : { accepted: false, code: 'TRANSFER_ID_REUSED' };

    const writing = this.write(transferId, order);
    this.beingAccepted.set(transferId, writing);
    try {
      return { accepted: true, transfer: await writing };
    } finally {
      this.beingAccepted.delete(transferId);
    }
  }

  find(transferId: string): AcceptedTransfer | undefined {
    return this.transfers.get(transferId);
  }

  /** All transfers, oldest first. */
  list(): AcceptedTransfer[] {
    return [...this.transfers.values()];
  }

  /** Resolves when what is being accepted is on the disk. */
  close(): Promise<void> {
    return this.journal.close();
  }

  private async write(transferId: string, order: TransferOrder): Promise<AcceptedTransfer> {
    const { cardNumber } = order.payee;
    const acceptedAt = this.options.now();
    const transfer: AcceptedTransfer = {
      transferId,
      order,
      acceptedAt: new Date(acceptedAt).toISOString(),
      answersAt: new Date(acceptedAt + this.options.answerAfterMs).toISOString(),
      answer: answerFor(cardNumber, this.countByCard.get(cardNumber) ?? 0),
    };
    // Counted before the write, so that of two transfers to one card at once only one is the first.
    this.count(cardNumber, 1);
    try {
      await this.journal.append(transfer);
    } catch (error) {
      this.count(cardNumber, -1);
      throw error;
    }
    this.transfers.set(transferId, transfer);
    return transfer;
  }

  private count(cardNumber: string, change: 1 | -1): void {
    this.countByCard.set(cardNumber, (this.countByCard.get(cardNumber) ?? 0) + change);
  }
}
