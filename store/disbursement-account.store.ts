import type { BankAccount } from '../domain/bank-card';
import type { CaseEvent } from '../domain/case-events';
import type { Place, Seal } from '../security/envelope';
import { placeOf as personalPlaceOf } from './case-private.store';
import { KEY_COLUMNS, storedKeyOf, type KeyColumns } from './data-key.store';
import type { Db } from './db';
import type { RecordKeys } from './record-keys';

type AccountEvent = CaseEvent & { type: 'disbursementPrepared' | 'disbursementReleased' };

/** Whether an event is about money that goes to an account. */
export function namesAccount(event: CaseEvent): event is AccountEvent {
  return event.type === 'disbursementPrepared' || event.type === 'disbursementReleased';
}

/**
 * Keeps the account on file as the one that a disbursement goes to. With the step that prepares it; with the step that
 * releases it, where older code prepared it and kept nothing. What is kept stays.
 */
export async function keepAccount(db: Db, seal: Seal, event: CaseEvent): Promise<void> {
  if (!namesAccount(event)) return;
  const { rows } = await db.query<{ sealed: Buffer }>({
    name: 'findAccountToKeep',
    text: 'select sealed from case_private where case_id = $1 and not exists (select from disbursement_account where disbursement_id = $2)',
    values: [seal.ownerId, event.disbursementId],
  });
  const bankAccount = rows[0] && seal.open(personalPlaceOf(seal.ownerId), rows[0].sealed).bankAccount;
  if (!bankAccount) return;
  await db.query({
    name: 'keepAccount',
    text: 'insert into disbursement_account (disbursement_id, case_id, bank_account) values ($1, $2, $3) on conflict (disbursement_id) do nothing',
    values: [event.disbursementId, seal.ownerId, seal.seal(accountPlace(event.disbursementId), bankAccount)],
  });
}

/**
 * The account that a disbursement goes to; the one on file where older code released it. Undefined when there is neither.
 *
 * @throws KeyDestroyed, SealBroken
 */
export async function findAccountOf(db: Db, { cases }: RecordKeys, disbursementId: string): Promise<BankAccount | undefined> {
  const { rows } = await db.query<{ caseId: string; kept: Buffer | null; onFile: Buffer | null } & KeyColumns>({
    name: 'findAccountOf',
    text: `select d.case_id as "caseId", a.bank_account as kept, case when a.disbursement_id is null then p.sealed end as "onFile", ${KEY_COLUMNS}
             from disbursement d join case_key y on y.case_id = d.case_id
             left join disbursement_account a on a.disbursement_id = d.id left join case_private p on p.case_id = d.case_id
            where d.id = $1`,
    values: [disbursementId],
  });
  if (!rows[0]) return undefined;
  const { caseId, kept, onFile, ...key } = rows[0];
  const seal = await cases.sealOf(caseId, storedKeyOf(key));
  if (kept) return seal.open(accountPlace(disbursementId), kept);
  return onFile ? (seal.open(personalPlaceOf(caseId), onFile).bankAccount ?? undefined) : undefined;
}

/** Where the account of a disbursement lies. */
export function accountPlace(disbursementId: string): Place<BankAccount> {
  return { table: 'disbursement_account', column: 'bank_account', rowId: disbursementId };
}
