/** A transfer to a worker's own card; amount in fen. */
export interface Transfer {
  transferId: string;
  amountFen: number;
  payee: { name: string; cardNumber: string; bankName: string };
  reference: string;
}

/** Why a bank gives money back. What it writes beside these may name the person, and goes no further. */
export const RETURN_REASONS = ['accountClosed', 'accountUnknown', 'accountFrozen', 'nameMismatch', 'other'] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];

export type TransferStatus = { state: 'accepted' | 'paid' } | { state: 'returned'; reason: ReturnReason };

/** The bank as the service knows it: takes transfers by their own id, answers later. */
export interface Bank {
  /** Idempotent by `transferId`. */
  send(transfer: Transfer): Promise<void>;
  /** Undefined for a transfer that the bank never got. */
  find(transferId: string): Promise<TransferStatus | undefined>;
}

/** A call must end some time, or the attempt would hang until the engine gives it up. */
const CALL_TIMEOUT_MS = 10_000;

/** A bank behind HTTP, with the interface of the sandbox bank. Errors name the status, never the payee. */
export function httpBank(baseUrl: string): Bank {
  const urlOf = (transferId: string) => `${baseUrl}/transfers/${encodeURIComponent(transferId)}`;
  return {
    async send({ transferId, ...body }) {
      const response = await fetch(urlOf(transferId), {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'error', // payee and card number are for this address alone
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`the bank answered ${response.status} to transfer ${transferId}`);
    },
    async find(transferId) {
      const response = await fetch(urlOf(transferId), { redirect: 'error', signal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
      if (response.status === 404) return undefined;
      if (!response.ok) throw new Error(`the bank answered ${response.status} about transfer ${transferId}`);
      return statusOf(transferId, await response.json());
    },
  };
}

/** @throws Error for an answer that is none: it is asked for again, and nothing counts as paid */
function statusOf(transferId: string, answer: unknown): TransferStatus {
  const { state, reason } = (answer ?? {}) as { state?: unknown; reason?: unknown };
  if (state === 'accepted' || state === 'paid') return { state };
  if (state === 'returned') return { state, reason: RETURN_REASONS.find((known) => known === reason) ?? 'other' };
  throw new Error(`the bank's answer about transfer ${transferId} is none`);
}
