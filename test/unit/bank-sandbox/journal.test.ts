import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bank } from '../../../bank-sandbox/bank';
import { JournalDamaged } from '../../../bank-sandbox/journal';
import { CARD_RETURNED_ONCE } from '../../../bank-sandbox/test-cards';
import { standing, type TransferOrder } from '../../../bank-sandbox/transfer';

let folder: string;
let file: string;
const opened: Bank[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bank-journal-'));
  file = join(folder, 'deep', 'transfers.jsonl');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((bank) => bank.close()));
  await rm(folder, { recursive: true });
});

let now = Date.parse('2024-01-08T01:00:00.000Z');

async function openBank(answerAfterMs = 1000): Promise<Bank> {
  const bank = await Bank.open({ file, answerAfterMs, now: () => now });
  opened.push(bank);
  return bank;
}

const order = (amountFen: number, cardNumber = '6200001000000237577'): TransferOrder => ({ amountFen, payee: { name: '柏禾禾', cardNumber, bankName: '示例银行' }, reference: 'r' });

test('a bank that was never closed knows every transfer it accepted', async () => {
  const bank = await openBank();
  await bank.accept('t1', order(100));
  await bank.accept('t2', order(200));
  expect((await openBank()).list()).toEqual(bank.list());
});

test('a line torn anywhere by a crash was never acknowledged: it is gone, and the same order is accepted anew', async () => {
  await (await openBank()).accept('t1', order(100));
  const { size: firstLine } = await stat(file);
  await (await openBank()).accept('t2', order(200));
  const whole = await readFile(file);

  for (let length = firstLine + 1; length < whole.length; length += 1) {
    await writeFile(file, whole);
    await truncate(file, length);
    const bank = await openBank();
    expect(bank.list().map(({ transferId }) => transferId)).toEqual(['t1']);
    await bank.accept('t2', order(200));
    expect((await openBank()).list().map(({ transferId }) => transferId)).toEqual(['t1', 't2']);
    await Promise.all(opened.splice(0).map((one) => one.close()));
  }
});

test('a whole line that cannot be read stops the bank instead of being forgotten', async () => {
  await (await openBank()).accept('t1', order(100));
  await appendFile(file, '{"transferId":"t2"}\n');
  await expect(openBank()).rejects.toThrow(JournalDamaged);
  await expect(openBank()).rejects.toThrow('line 2 of');
});

test('an answer once given stays, also when the bank comes back with a longer delay', async () => {
  const { transfer } = (await (await openBank(1000)).accept('t1', order(100))) as { transfer: Parameters<typeof standing>[0] };
  expect(standing(transfer, now + 999)).toEqual({ state: 'accepted' });
  now += 1000;
  const answered = { state: 'paid', answeredAt: new Date(now).toISOString() };
  expect(standing(transfer, now)).toEqual(answered);
  expect(standing((await openBank(60_000)).find('t1')!, now)).toEqual(answered);
});

test('which transfer to a card was the first is known after a restart', async () => {
  await (await openBank()).accept('t1', order(100, CARD_RETURNED_ONCE));
  await (await openBank()).accept('t2', order(100, CARD_RETURNED_ONCE));
  expect((await openBank()).list().map(({ answer }) => answer)).toEqual([{ state: 'returned', reason: 'nameMismatch' }, { state: 'paid' }]);
});

test('a disk that refuses accepts nothing: the order may be repeated, and the card has had no transfer yet', async () => {
  const bank = await openBank();
  await bank.close();
  await expect(bank.accept('t1', order(100, CARD_RETURNED_ONCE))).rejects.toThrow();
  expect(bank.find('t1')).toBeUndefined();
  const next = await openBank();
  await next.accept('t1', order(100, CARD_RETURNED_ONCE));
  expect(next.find('t1')!.answer).toEqual({ state: 'returned', reason: 'nameMismatch' });
});
