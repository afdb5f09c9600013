import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createBankActivities, type BankActivities } from '../../../activities/bank.activities';
import { httpBank } from '../../../activities/bank';
import { startBankSandbox, type BankSandbox } from '../../../bank-sandbox/server';
import { until } from '../../../infra/until';
import { connect } from '../../../store/db';
import { CaseWalk } from '../../stack/case-walk';
import { KeyedClient } from '../../stack/keyed-client';
import { sampleApplications } from '../../stack/sample-application';
import { testKeys, testStack } from '../../stack/test-stack';

const sample = sampleApplications(88);
const dataDir = mkdtempSync(join(tmpdir(), 'bihuan-bank-'));
let pool: Pool;
let sandbox: BankSandbox;
let activities: BankActivities;

beforeAll(async () => {
  pool = connect(testStack().databaseUrl, 2);
  sandbox = await startBankSandbox({ port: 0, dataDir, answerAfterMs: 0 });
  activities = createBankActivities({ pool, keys: await testKeys(pool), bank: httpBank(sandbox.url) });
});
afterAll(async () => {
  await sandbox.stop();
  await pool.end();
  rmSync(dataDir, { recursive: true });
});

/** Found by the chaos test: the bank refused the changed order under the known id, and the case asked it for ever. */
test('money that is on its way is not ordered anew to an account that was changed meanwhile, and its answer is brought back', async () => {
  const { url, password } = testStack();
  const walk = await CaseWalk.submit(await KeyedClient.connect(url, password), sample({ startsAt: '2024-03-04T09:00:00+08:00' }));
  const { disbursements, bankAccount } = await walk.untilState('active');
  const [disbursement] = disbursements;
  // Older code kept no account with what it released: such a disbursement goes to the one on file.
  await pool.query('delete from disbursement_account where disbursement_id = $1', [disbursement!.id]);
  await activities.sendDisbursement(disbursement!.id);
  const account = { holderName: bankAccount?.holderName, bankName: bankAccount?.bankName, cardNumber: '6200010000000007919' };
  await walk.does('updateFile', walk.clerk, { visit: false, bankAccount: account });

  // As a worker does that has not seen the first call through, or a case that goes on in a new run.
  await activities.sendDisbursement(disbursement!.id);
  const answers = await until(() => activities.collectBankAnswers(disbursement!.id), { withinMs: 5_000 });
  expect(answers).toEqual([expect.objectContaining({ outcome: 'paid' })]);
  const { items } = (await (await fetch(`${sandbox.url}/transfers`)).json()) as { items: { cardLast4: string }[] };
  expect(items).toHaveLength(1);
});
