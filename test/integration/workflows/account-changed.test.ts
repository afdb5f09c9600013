import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseView } from '../../../api/schemas/case';
import { CARD_ALWAYS_RETURNED } from '../../../bank-sandbox/test-cards';
import { getPrivate } from '../../../store/case-private.store';
import { findAccountOf } from '../../../store/disbursement-account.store';
import { CaseWalk } from '../../stack/case-walk';
import type { KeyedAnswer } from '../../stack/keyed-client';
import { OwnService } from '../../stack/own-service';
import { faultsOfRecord } from '../../stack/record-check';
import { sampleApplications } from '../../stack/sample-application';
import { runOperation } from '../given/operation';

jest.setTimeout(240_000);
const sample = sampleApplications(91);
const startsAt = '2024-03-04T09:00:00+08:00';
const NEW_CARD = '6200010000000007919';
const ROUNDS_AT_ONCE = 12;

let own: OwnService;
beforeAll(async () => {
  own = await OwnService.start();
});
afterAll(() => own.stop());

interface Account {
  holderName: string;
  bankName: string;
  cardNumber: string;
}

/** A case, and the account that its household gave. */
interface Paying {
  walk: CaseWalk;
  account: Account;
}

async function submitted(cardNumber?: string): Promise<Paying> {
  const application = sample({ startsAt });
  const account = { ...(application.body.bankAccount as Account), ...(cardNumber === undefined ? {} : { cardNumber }) };
  return { walk: await CaseWalk.submit(own.client, { ...application, body: { ...application.body, bankAccount: { ...account } } }), account };
}

/** A case whose money is prepared and waits for the treasurer. */
async function prepared(cardNumber?: string): Promise<Paying> {
  const paying = await submitted(cardNumber);
  await paying.walk.until((view) => view.disbursements.some(({ state }) => state === 'prepared'));
  return paying;
}

const changed = ({ walk, account }: Paying, change: Partial<Account> = { cardNumber: NEW_CARD }) =>
  walk.does('updateFile', walk.clerk, { visit: false, bankAccount: { ...account, ...change } });

/** Sends a command of money, and gives the answer whatever it is. */
function money(operation: 'prepareDisbursement' | 'releaseDisbursement', view: CaseView, input: { paymentIds: string[] } | { disbursementId: string }): Promise<KeyedAnswer> {
  const role = operation === 'prepareDisbursement' ? 'finance' : 'treasurer';
  return own.client.call({ operation, as: `${view.hardshipFile?.ownerOrgId ?? ''}.${role}`, caseId: view.id, input, key: randomUUID() });
}

/** Cards that the bank was given money for, in the order of a case's disbursements. */
function cardsAtTheBank({ disbursements }: CaseView): string[] {
  const path = join(own.dataDir, 'bank-sandbox', 'transfers.jsonl');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  const orders = lines.map((line) => (JSON.parse(line) as { order: { reference: string; payee: { cardNumber: string } } }).order);
  return disbursements.flatMap(({ id }) => orders.filter(({ reference }) => reference === id).map(({ payee }) => payee.cardNumber));
}

async function keptAccounts(caseId: string): Promise<{ disbursementId: string; account: Account }[]> {
  const keys = await own.keys();
  const { rows } = await own.pool.query<{ id: string }>('select disbursement_id as id from disbursement_account where case_id = $1 order by disbursement_id', [caseId]);
  return Promise.all(rows.map(async ({ id }) => ({ disbursementId: id, account: (await findAccountOf(own.pool, keys, id))! })));
}

/** As it is of a disbursement of the releases before 0.3. */
async function forgetsAccount(caseId: string): Promise<void> {
  const { rowCount } = await own.pool.query('delete from disbursement_account where case_id = $1', [caseId]);
  expect(rowCount).toBe(1);
}

/** Past finance and treasurer, until nothing is on its way. */
function untilAnswered({ walk }: Paying): Promise<CaseView> {
  return walk.until(({ payments }) => payments.length > 0 && payments.every(({ state }) => state === 'paid' || state === 'returned'));
}

test('an account that changes between preparation and release: nothing is released, and what is prepared anew is paid to the new one', async () => {
  const paying = await prepared();
  const { walk, account } = paying;
  const before = await walk.now();
  await changed(paying, {}); // the same account again
  expect((await walk.now()).disbursements).toMatchObject([{ state: 'prepared' }]);

  await changed(paying);
  const view = await walk.now();
  expect(view).toMatchObject({ disbursements: [{ state: 'dropped' }], payments: [{ state: 'planned' }] });
  expect(view.awaiting.map(({ command }) => command)).toEqual(['prepareDisbursement']);
  const [dropped] = view.disbursements;
  const refused = await money('releaseDisbursement', view, { disbursementId: dropped!.id });
  expect([refused.status, refused.body.code]).toEqual([409, 'DISBURSEMENT_DROPPED']);

  const paid = await walk.untilState('active');
  expect(cardsAtTheBank(paid)).toEqual([NEW_CARD]);
  const { rows } = await own.pool.query<{ type: string; data: object }>('select type, data from case_event where case_id = $1 and seq > $2 order by seq', [walk.caseId, before.version]);
  expect(rows.map(({ type }) => type).slice(0, 4)).toEqual(['fileUpdated', 'fileUpdated', 'disbursementDropped', 'disbursementPrepared']);
  expect(rows.slice(0, 2).map(({ data }) => 'bankAccountChanged' in data)).toEqual([false, true]);
  for (const secret of [account.cardNumber, NEW_CARD, account.holderName, account.bankName]) expect(JSON.stringify([rows, paid.disbursements])).not.toContain(secret);
  expect(await faultsOfRecord(own.pool, walk.caseId)).toEqual([]);
});

test('a payment that came back is prepared anew for the account that is on file then, and the first one stays where it was sent', async () => {
  const paying = await prepared(CARD_ALWAYS_RETURNED);
  const { walk } = paying;
  const returned = await untilAnswered(paying);
  expect(returned.payments).toMatchObject([{ state: 'returned' }]);
  await changed(paying);
  const view = await walk.now();
  expect(view.disbursements).toMatchObject([{ state: 'settled' }]);
  const { status, body } = await money('prepareDisbursement', view, { paymentIds: view.payments.map(({ id }) => id) });
  expect(status).toBe(201);
  expect((await money('releaseDisbursement', view, { disbursementId: body.id as string })).status).toBe(200);
  expect(cardsAtTheBank(await walk.untilState('active'))).toEqual([CARD_ALWAYS_RETURNED, NEW_CARD]);
  expect((await keptAccounts(walk.caseId)).map(({ account }) => account.cardNumber).sort()).toEqual([CARD_ALWAYS_RETURNED, NEW_CARD].sort());
});

test('an account that changes after the release decides nothing, not even when the worker dies and the read model is rebuilt before the bank has the order', async () => {
  const [usual, preparedBefore, releasedBefore] = await Promise.all([prepared(), prepared(), prepared()]);
  const all = [usual, preparedBefore, releasedBefore];
  await forgetsAccount(preparedBefore.walk.caseId);
  own.signal('bank-sandbox', 'SIGSTOP');
  for (const { walk } of all) await walk.step(await walk.now());
  await forgetsAccount(releasedBefore.walk.caseId);
  for (const paying of all) await changed(paying);
  for (const { walk } of all) expect(await walk.now()).toMatchObject({ disbursements: [{ state: 'released' }], payments: [{ state: 'sent' }] });

  const kept = await keptAccounts(usual.walk.caseId);
  expect(kept).toMatchObject([{ account: usual.account }]);
  await own.pool.query('update disbursement_item set amount_fen = amount_fen + 1 where disbursement_id = $1', [kept[0]!.disbursementId]);
  await own.pool.query(`update hardship_case set state = 'closed' where id = $1`, [usual.walk.caseId]);
  const rebuilt = await runOperation('rebuild', own.dataDir);
  expect(rebuilt).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 differed (1 rebuilt)') as string });
  expect(await keptAccounts(usual.walk.caseId)).toEqual(kept);

  // The worker that asked the silent bank first dies; the one that comes after it reads the account anew.
  await own.restartAfterKilling('worker', () => {
    own.signal('bank-sandbox', 'SIGCONT');
    return Promise.resolve();
  });
  const cards: string[][] = [];
  for (const { walk } of all) cards.push(cardsAtTheBank(await walk.through(own.client).untilState('active')));
  // What older code released has no account of its own: it goes to the one on file, as it did there.
  expect(cards).toEqual([[usual.account.cardNumber], [preparedBefore.account.cardNumber], [NEW_CARD]]);
  for (const { walk } of all) expect(await faultsOfRecord(own.pool, walk.caseId)).toEqual([]);
});

test('finance and a clerk at once, time and again: what is prepared is for the account on file, of the applicant, or nothing is prepared', async () => {
  const paying = await submitted();
  const { walk, account } = paying;
  const view = await walk.until(({ state }) => state === 'disbursement');
  const paymentIds = view.payments.map(({ id }) => id);
  const seen = new Set<number>();
  for (let round = 0; round < ROUNDS_AT_ONCE; round++) {
    // Every second time to an account of another name, which must not slip in after the names were compared.
    const holderName = round % 2 ? account.holderName : '示范户他人';
    const [preparation] = await Promise.all([money('prepareDisbursement', view, { paymentIds }), changed(paying, { holderName, cardNumber: `62000100000000${round + 10}919` })]);
    seen.add(preparation.status);
    const { rows } = await own.pool.query<{ id: string }>(
      `select d.id from disbursement d join disbursement_account k on k.disbursement_id = d.id where d.case_id = $1 and d.state = 'prepared'`,
      [walk.caseId],
    );
    const keys = await own.keys();
    const { applicant, bankAccount } = await getPrivate(own.pool, keys, walk.caseId);
    for (const { id } of rows) expect(await findAccountOf(own.pool, keys, id)).toEqual({ ...bankAccount, holderName: applicant.name });
    const now = await walk.now();
    expect(rows).toHaveLength(now.disbursements.filter(({ state }) => state === 'prepared').length);
    if (rows.length > 0) await changed(paying, { cardNumber: `62000100000000${round + 10}920` }); // free for the next round
    else await changed(paying, {});
  }
  expect([...seen].filter((status) => ![201, 409, 412, 422].includes(status))).toEqual([]);
  expect(seen).toContain(201);
  expect(await faultsOfRecord(own.pool, walk.caseId)).toEqual([]);
});
