import { resolve } from 'node:path';
import { EnvironmentReader } from '../infra/environment';
import { reasonOf } from '../infra/errors';
import { startBankSandbox } from './server';

/**
 * Runs the bank as a process of its own: BANK_HOST, BANK_PORT (0 = any free one), DATA_DIR, BANK_ANSWER_AFTER_MS. SIGTERM and SIGINT stop it.
 * In production it needs BANK_SANDBOX=on: where it answers "paid", a household waits for money that never comes.
 */
async function main(): Promise<void> {
  const read = new EnvironmentReader(process.env);
  const host = read.text('BANK_HOST') ?? '127.0.0.1';
  const port = read.port('BANK_PORT') ?? 0;
  const answerAfterMs = Number(read.matching('BANK_ANSWER_AFTER_MS', /^\d{1,9}$/, 'a whole number of milliseconds') ?? 300);
  const dataDir = resolve(read.text('DATA_DIR') ?? '.data');
  const isMeant = read.onOff('BANK_SANDBOX') ?? !read.isProduction();
  if (!isMeant) read.mistake('NODE_ENV is production, where the sandbox runs with BANK_SANDBOX=on only');
  if (read.mistakes.length > 0) throw new Error(read.mistakes.join('; '));

  const { url, stop } = await startBankSandbox({ host, port, dataDir, answerAfterMs });
  // Before the line is printed: whoever waits for it may stop the bank at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop().catch(fail));
  console.log(`bank sandbox listening on ${url}`);
}

function fail(error: unknown): void {
  console.error(`bank sandbox: ${reasonOf(error)}`);
  process.exitCode = 1;
}

main().catch(fail);
