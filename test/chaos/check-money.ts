import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { isSameAccount, type BankAccount } from '../../domain/bank-card';
import type { CaseRecord } from '../../domain/case-record';
import { findAccountOf } from '../../store/disbursement-account.store';
import type { RecordKeys } from '../../store/record-keys';

/** A line of the bank's journal: a transfer that it has promised, and how that ends. */
interface Transfer {
  transferId: string;
  order: { amountFen: number; reference: string; payee: { name: string; cardNumber: string; bankName: string } };
  answer: { state: 'paid' | 'returned' };
}

/**
 * Holds the bank's own journal against the record: every transfer once, every payment paid at the most once, paid in the
 * record exactly when the bank has paid it, with its amount; every transfer to the account that its disbursement was
 * prepared for; and every payment told to the worker once.
 */
export async function faultsOfMoney(pool: Pool, keys: RecordKeys, dataDir: string, records: readonly CaseRecord[]): Promise<string[]> {
  const transfers = readJournal(dataDir);
  const paid = transfers.filter(({ answer }) => answer.state === 'paid');
  const { rows: told } = await pool.query<{ caseId: string; messages: number; steps: number; payments: string[] }>(
    `select h.id as "caseId", (select count(*) from notification n where n.case_id = h.id and n.kind = 'paid') as messages, count(distinct e.seq) as steps,
            coalesce(array_agg(p.id) filter (where p.id is not null), '{}') as payments
       from hardship_case h left join case_event e on e.case_id = h.id and e.type = 'workerNotified'
       left join lateral jsonb_array_elements_text(e.data -> 'paymentIds') as p(id) on true group by h.id`,
  );
  const toldOf = new Map(told.map((row) => [row.caseId, row]));
  const faults = [...repeated(transfers.map(({ transferId }) => transferId))].map((id) => `the bank has transfer ${id} more than once`);
  faults.push(...faultsOfAccounts(transfers, await keptAccounts(pool, keys)));
  const known = new Set<string>();
  for (const record of records) {
    const { caseId, payments } = record;
    for (const { id, amountFen, state } of payments) {
      known.add(id);
      const forIt = paid.filter(({ transferId }) => paymentOf(transferId) === id);
      if (forIt.length > 1) faults.push(`case ${caseId}: the bank has paid ${id} ${forIt.length} times`);
      if ((state === 'paid') !== (forIt.length > 0)) faults.push(`case ${caseId}: ${id} is ${state} in the record and ${forIt.length > 0 ? 'paid' : 'not paid'} at the bank`);
      if (forIt.some(({ order }) => order.amountFen !== amountFen)) faults.push(`case ${caseId}: the bank has paid another amount for ${id}`);
      const times = toldOf.get(caseId)?.payments.filter((payment) => payment === id).length ?? 0;
      if (times !== (state === 'paid' ? 1 : 0)) faults.push(`case ${caseId}: the worker was told ${times} times of ${id}, which is ${state}`);
    }
    faults.push(...faultsOfItems(record, await itemsOf(pool, caseId)));
    const { messages = 0, steps = 0 } = toldOf.get(caseId) ?? {};
    if (messages !== steps) faults.push(`case ${caseId} has ${messages} messages of money to the worker and ${steps} steps that say so`);
  }
  const unknown = transfers.filter(({ transferId }) => !known.has(paymentOf(transferId)));
  return [...faults, ...unknown.map(({ transferId }) => `the bank has transfer ${transferId}, of which the record knows nothing`)];
}

/** Names the transfer, never the account. @param kept accounts of disbursements, by id */
function faultsOfAccounts(transfers: readonly Transfer[], kept: ReadonlyMap<string, BankAccount>): string[] {
  return transfers.flatMap(({ transferId, order: { reference, payee } }) => {
    const account = kept.get(reference);
    if (!account) return [`the bank has transfer ${transferId}, for which no account was kept`];
    return isSameAccount(account, { ...payee, holderName: payee.name }) ? [] : [`the bank has transfer ${transferId} to another account than its disbursement was prepared for`];
  });
}

async function keptAccounts(pool: Pool, keys: RecordKeys): Promise<Map<string, BankAccount>> {
  const { rows } = await pool.query<{ id: string }>('select disbursement_id as id from disbursement_account');
  const accounts = new Map<string, BankAccount>();
  for (const { id } of rows) {
    const account = await findAccountOf(pool, keys, id);
    if (account) accounts.set(id, account);
  }
  return accounts;
}

interface Item {
  disbursementId: string;
  state: string;
  paymentId: string;
  itemState: string;
}

/** The tables of money against the record that they follow from. */
function faultsOfItems({ caseId, payments, disbursements }: CaseRecord, items: readonly Item[]): string[] {
  const ofRecord = disbursements.flatMap(({ id, state, paymentIds }) => paymentIds.map((paymentId) => `${id} ${state} ${paymentId}`)).sort();
  const ofTables = items.map(({ disbursementId, state, paymentId }) => `${disbursementId} ${state} ${paymentId}`).sort();
  const faults = ofRecord.join() === ofTables.join() ? [] : [`case ${caseId}: disbursements are [${ofTables.join(', ')}] in their tables, [${ofRecord.join(', ')}] in the record`];
  // What came back or was taken back may be in another disbursement since.
  const stateOf = new Map(items.filter(({ itemState }) => itemState !== 'returned' && itemState !== 'dropped').map(({ paymentId, itemState }) => [paymentId, itemState]));
  for (const { id, state } of payments) {
    const inTables = stateOf.get(id);
    if (inTables !== undefined && inTables !== state) faults.push(`case ${caseId}: ${id} is ${state} in the record, ${inTables} in its table`);
  }
  return faults;
}

async function itemsOf(pool: Pool, caseId: string): Promise<Item[]> {
  const { rows } = await pool.query<Item>(
    `select d.id as "disbursementId", d.state, i.payment_id as "paymentId", i.state as "itemState" from disbursement d join disbursement_item i on i.disbursement_id = d.id where d.case_id = $1`,
    [caseId],
  );
  return rows;
}

function readJournal(dataDir: string): Transfer[] {
  const path = join(dataDir, 'bank-sandbox', 'transfers.jsonl');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1); // what follows the last line break was never promised
  return lines.map((line) => JSON.parse(line) as Transfer);
}

/** A transfer is named after its disbursement and its payment. */
function paymentOf(transferId: string): string {
  return transferId.slice(transferId.indexOf('.') + 1);
}

function repeated(ids: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(ids.filter((id) => seen.size === seen.add(id).size));
}
