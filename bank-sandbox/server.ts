import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Bank } from './bank';
import { answerProblems, problem } from './problems';
import { type AcceptedTransfer, standing, TransferId, TransferOrder } from './transfer';

const BODY_BYTES_MAX = 16 * 1024;
const TransferPath = z.object({ transferId: TransferId });

export interface BankSandboxOptions {
  /** 0 = any free port. */
  port: number;
  host?: string;
  /** The journal is `bank-sandbox/transfers.jsonl` in this directory. One bank per directory. */
  dataDir: string;
  /** Time from the acceptance of a transfer to its answer. */
  answerAfterMs: number;
}

export interface BankSandbox {
  url: string;
  stop: () => Promise<void>;
}

/**
 * Starts a bank that stands for a union's: it accepts transfers at once, answers them later, and keeps what it accepted
 * through a crash. No money moves. Test cards (`test-cards.ts`) are returned, every other card is paid.
 *
 * @returns where it listens; `stop` resolves when running requests are answered and the journal is closed
 * @throws JournalDamaged when the journal cannot be read; an `EADDRINUSE` error when the port is taken
 */
export async function startBankSandbox({ port, host = '127.0.0.1', dataDir, answerAfterMs }: BankSandboxOptions): Promise<BankSandbox> {
  const now = Date.now;
  const bank = await Bank.open({ file: join(dataDir, 'bank-sandbox', 'transfers.jsonl'), answerAfterMs, now });
  // Errors only, and those without bodies: requests carry card numbers.
  const app = fastify({ bodyLimit: BODY_BYTES_MAX, logger: { level: 'error' } });
  app.addHook('onClose', () => bank.close());
  answerProblems(app);
  addRoutes(app, bank, now);
  try {
    return { url: await app.listen({ port, host }), stop: () => app.close() };
  } catch (error) {
    await app.close();
    throw error;
  }
}

function addRoutes(app: FastifyInstance, bank: Bank, now: () => number): void {
  app.put('/transfers/:transferId', async (request, reply) => {
    const { transferId } = TransferPath.parse(request.params);
    const acceptance = await bank.accept(transferId, TransferOrder.parse(request.body));
    if (!acceptance.accepted) return problem(reply, 409, acceptance.code, `${transferId} already stands for another transfer`);
    // The acknowledgement, not the standing: a repeated order is answered as the first time.
    return reply.status(202).send({ transferId, state: 'accepted' });
  });

  app.get<{ Params: { transferId: string } }>('/transfers/:transferId', (request, reply) => {
    const transfer = bank.find(request.params.transferId);
    if (!transfer) return problem(reply, 404, 'NOT_FOUND', `the bank has not accepted a transfer ${request.params.transferId}`);
    return reply.send({ transferId: transfer.transferId, ...standing(transfer, now()) });
  });

  app.get('/transfers', () => ({ items: bank.list().map((transfer) => overview(transfer, now())) }));
  app.get('/health', () => ({ status: 'ok', sandbox: true }));
}

/** A transfer as an operator sees it: no name, and of the card only the last four digits. */
function overview(transfer: AcceptedTransfer, now: number) {
  const { transferId, order, acceptedAt } = transfer;
  const { amountFen, reference, payee } = order;
  return { transferId, amountFen, reference, bankName: payee.bankName, cardLast4: payee.cardNumber.slice(-4), acceptedAt, ...standing(transfer, now) };
}
