import type { Answer } from './transfer';

/** Every transfer to this card is returned: the account is closed. */
export const CARD_ALWAYS_RETURNED = '6200000000000000003';
/** The first transfer to this card is returned because the name does not match; later ones are paid. */
export const CARD_RETURNED_ONCE = '6200000000000000011';

/**
 * How the bank will answer a transfer. Test cards make it return money; every other card is paid.
 *
 * @param earlierTransfers how many transfers to this card the bank has accepted before, whatever became of them
 */
export function answerFor(cardNumber: string, earlierTransfers: number): Answer {
  if (cardNumber === CARD_ALWAYS_RETURNED) return { state: 'returned', reason: 'accountClosed' };
  if (cardNumber === CARD_RETURNED_ONCE && earlierTransfers === 0) return { state: 'returned', reason: 'nameMismatch' };
  return { state: 'paid' };
}
