import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BankSandbox, startBankSandbox } from '../../../bank-sandbox/server';
import { CARD_ALWAYS_RETURNED, CARD_RETURNED_ONCE } from '../../../bank-sandbox/test-cards';
import { until } from '../../../infra/until';

let dataDir: string;
let bank: BankSandbox;

async function start(answerAfterMs: number): Promise<void> {
  bank = await startBankSandbox({ port: 0, dataDir, answerAfterMs });
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bank-sandbox-'));
});

afterEach(async () => {
  await bank.stop();
  await rm(dataDir, { recursive: true });
});

const order = (more: object = {}, payee: object = {}) => ({ amountFen: 300_000, payee: { name: '柏禾禾', cardNumber: '6200001000000237577', bankName: '示例银行', ...payee }, reference: 'payment 1', ...more });

async function put(transferId: string, body: unknown) {
  const response = await fetch(`${bank.url}/transfers/${transferId}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { status: response.status, type: response.headers.get('content-type')?.split(';')[0], body: (await response.json()) as Record<string, unknown> };
}

async function get(path: string) {
  const response = await fetch(`${bank.url}${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const journalLines = async () => (await readFile(join(dataDir, 'bank-sandbox', 'transfers.jsonl'), 'utf8')).split('\n').filter((line) => line !== '').length;

/** The transfer's answer, as soon as there is one. */
const answer = (transferId: string) =>
  until(
    async () => {
      const { body } = await get(`/transfers/${transferId}`);
      return body.state === 'accepted' ? undefined : body;
    },
    { withinMs: 5_000 },
  );

test('the same order again gets the same answer and moves money once, whatever the order of its fields', async () => {
  await start(0);
  const first = await put('t1', order());
  expect(first).toMatchObject({ status: 202, body: { transferId: 't1', state: 'accepted' } });
  await answer('t1');
  const { amountFen, payee, reference } = order();
  expect(await put('t1', { reference, payee, amountFen })).toEqual(first);
  expect(await journalLines()).toBe(1);
});

test.each([
  ['amount', order({ amountFen: 300_001 })],
  ['reference', order({ reference: 'payment 2' })],
  ['name', order({}, { name: '岑禾禾' })],
  ['card', order({}, { cardNumber: '6200001000000237578' })],
  ['bank', order({}, { bankName: '另一银行' })],
])('an id that stands for another order is a conflict: another %s', async (_, other) => {
  await start(0);
  await put('t1', order());
  expect(await put('t1', other)).toMatchObject({ status: 409, type: 'application/problem+json', body: { status: 409, code: 'TRANSFER_ID_REUSED' } });
  expect(await journalLines()).toBe(1);
});

test('orders of one id at the same time move money once; another order among them is a conflict', async () => {
  await start(0);
  const answers = await Promise.all(Array.from({ length: 20 }, () => put('t1', order())));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const mixed = await Promise.all([put('t2', order()), put('t2', order({ amountFen: 1 }))]);
  expect(mixed.map(({ status }) => status).sort()).toEqual([202, 409]);
  expect(await journalLines()).toBe(2);
});

test('a transfer is accepted first and answered later', async () => {
  await start(60_000);
  await put('t1', order());
  expect((await get('/transfers/t1')).body).toEqual({ transferId: 't1', state: 'accepted' });
  await bank.stop();
  await start(20);
  await put('t2', order());
  expect(await answer('t2')).toEqual({ transferId: 't2', state: 'paid', answeredAt: expect.any(String) as string });
  expect((await get('/transfers/t1')).body.state).toBe('accepted');
});

test('test cards are returned: one always, one the first time', async () => {
  await start(0);
  for (const id of ['a1', 'a2']) await put(id, order({}, { cardNumber: CARD_ALWAYS_RETURNED }));
  await Promise.all(['b1', 'b2', 'b3'].map((id) => put(id, order({}, { cardNumber: CARD_RETURNED_ONCE }))));
  for (const id of ['a1', 'a2']) expect(await answer(id)).toMatchObject({ state: 'returned', reason: 'accountClosed' });
  const once = await Promise.all(['b1', 'b2', 'b3'].map(answer));
  expect(once.filter(({ state }) => state === 'returned')).toEqual([expect.objectContaining({ reason: 'nameMismatch' })]);
});

test('the list shows amounts and standings, but no name and no whole card number', async () => {
  await start(60_000);
  await put('t1', order());
  const { body } = await get('/transfers');
  expect(body.items).toMatchObject([{ transferId: 't1', amountFen: 300_000, reference: 'payment 1', cardLast4: '7577', state: 'accepted' }]);
  expect(JSON.stringify(body)).not.toMatch(/6200001000000237577|柏禾禾/);
});

test('bad input is told with all its mistakes and leaves no trace', async () => {
  await start(0);
  const refused = await put('t1', { ...order({ amountFen: 0.5 }, { cardNumber: 'x' }), extra: 1 });
  expect(refused).toMatchObject({ status: 400, type: 'application/problem+json', body: { code: 'INVALID_INPUT' } });
  expect((refused.body.errors as { path: string }[]).map(({ path }) => path)).toEqual(expect.arrayContaining(['amountFen', 'payee.cardNumber', '']));
  expect(await put('t1', '{"amountFen": ')).toMatchObject({ status: 400, type: 'application/problem+json', body: { code: 'INVALID_INPUT' } });
  expect(await put('a%2Fb', order())).toMatchObject({ status: 400, body: { errors: [{ path: 'transferId' }] } });
  expect((await get('/transfers')).body).toEqual({ items: [] });
});

test('what the bank does not know is not found, and it says that it is well', async () => {
  await start(0);
  expect(await get('/transfers/none')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  expect(await get('/elsewhere')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  expect(await get('/health')).toEqual({ status: 200, body: { status: 'ok', sandbox: true } });
});

test('a port that is taken is an error and leaves nothing open', async () => {
  await start(0);
  await expect(startBankSandbox({ port: Number(new URL(bank.url).port), dataDir, answerAfterMs: 0 })).rejects.toThrow('EADDRINUSE');
});
