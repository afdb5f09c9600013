import { z } from 'zod';

/** What a client orders: money to one payee. The id is the client's own and makes the order safe to repeat. */
export const TransferOrder = z.strictObject({
  amountFen: z.int().positive(),
  payee: z.strictObject({
    name: z.string().min(1).max(100),
    cardNumber: z.string().regex(/^\d{12,19}$/, 'must be 12 to 19 digits'),
    bankName: z.string().min(1).max(100),
  }),
  reference: z.string().min(1).max(200),
});
export type TransferOrder = z.infer<typeof TransferOrder>;

export const TransferId = z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 letters, digits, dots, colons, underscores and dashes');

export const Answer = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('paid') }),
  z.strictObject({ state: z.literal('returned'), reason: z.enum(['accountClosed', 'nameMismatch']) }),
]);
/** How a transfer ends: the money arrives, or comes back for a reason. */
export type Answer = z.infer<typeof Answer>;

/**
 * A transfer the bank has promised to carry out. Its answer is settled with the acceptance and only told later, so that
 * neither a restart nor another delay can change what was already answered.
 */
export const AcceptedTransfer = z.strictObject({
  transferId: TransferId,
  order: TransferOrder,
  acceptedAt: z.iso.datetime(),
  answersAt: z.iso.datetime(),
  answer: Answer,
});
export type AcceptedTransfer = z.infer<typeof AcceptedTransfer>;

/** Where a transfer stands: `accepted` until its answer is due. */
export type Standing = { state: 'accepted' } | (Answer & { answeredAt: string });

/** @param now milliseconds since the epoch */
export function standing({ answersAt, answer }: AcceptedTransfer, now: number): Standing {
  return now < Date.parse(answersAt) ? { state: 'accepted' } : { ...answer, answeredAt: answersAt };
}

/** Whether two orders ask for the same, field by field: the order of the fields in the request does not matter. */
export function isSameOrder(a: TransferOrder, b: TransferOrder): boolean {
  return (
    a.amountFen === b.amountFen &&
    a.reference === b.reference &&
    a.payee.name === b.payee.name &&
    a.payee.cardNumber === b.payee.cardNumber &&
    a.payee.bankName === b.payee.bankName
  );
}
