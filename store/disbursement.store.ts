import type { CaseEvent } from '../domain/case-events';
import type { CaseRecord } from '../domain/case-record';
import type { Db } from './db';

/** A disbursement with its payments; amounts in fen. */
export interface DisbursementRow {
  id: string;
  caseId: string;
  orgId: string;
  state: string;
  preparedBy: string;
  preparedOn: string;
  releasedBy: string | null;
  items: { paymentId: string; aidType: string; amountFen: number; state: string; reason: string | null }[];
}

export async function findDisbursement(db: Db, id: string): Promise<DisbursementRow | undefined> {
  const { rows } = await db.query<DisbursementRow>({
    name: 'findDisbursement',
    text: `select d.id, d.case_id as "caseId", d.org_id as "orgId", d.state, d.prepared_by as "preparedBy", d.prepared_on as "preparedOn",
                  d.released_by as "releasedBy",
                  (select json_agg(json_build_object('paymentId', i.payment_id, 'aidType', i.aid_type, 'amountFen', i.amount_fen,
                                                     'state', i.state, 'reason', i.reason) order by i.payment_id)
                     from disbursement_item i where i.disbursement_id = d.id) as items
             from disbursement d where d.id = $1`,
    values: [id],
  });
  return rows[0];
}

/** The money side of a step: what was prepared, released, paid or returned. */
export async function recordDisbursement(db: Db, record: CaseRecord, event: CaseEvent): Promise<void> {
  switch (event.type) {
    case 'disbursementPrepared': {
      await db.query(
        `insert into disbursement (id, case_id, org_id, state, prepared_by, prepared_on) values ($1, $2, $3, 'prepared', $4, $5)`,
        [event.disbursementId, record.caseId, record.hardshipFile?.ownerOrgId, event.actor, event.effectiveOn],
      );
      for (const payment of record.payments.filter((p) => event.paymentIds.includes(p.id))) {
        await db.query(
          `insert into disbursement_item (disbursement_id, payment_id, aid_type, amount_fen, state) values ($1, $2, $3, $4, 'prepared')`,
          [event.disbursementId, payment.id, payment.aidType, payment.amountFen],
        );
      }
      return;
    }
    case 'disbursementReleased':
      await db.query(`update disbursement set state = 'released', released_by = $2 where id = $1`, [event.disbursementId, event.actor]);
      await db.query(`update disbursement_item set state = 'sent' where disbursement_id = $1`, [event.disbursementId]);
      return;
    case 'disbursementDropped':
    case 'aidDropped': {
      const dropped = record.disbursements.filter((disbursement) => disbursement.state === 'dropped').map(({ id }) => id);
      await db.query(`update disbursement set state = 'dropped' where id = any($1)`, [dropped]);
      await db.query(`update disbursement_item set state = 'dropped' where disbursement_id = any($1)`, [dropped]);
      return;
    }
    case 'paymentPaid':
      await answerItem(db, event.disbursementId, event.paymentId, 'paid', null);
      return;
    case 'paymentReturned':
      await answerItem(db, event.disbursementId, event.paymentId, 'returned', event.reason);
      return;
    default:
  }
}

async function answerItem(db: Db, disbursementId: string, paymentId: string, state: string, reason: string | null): Promise<void> {
  await db.query('update disbursement_item set state = $3, reason = $4 where disbursement_id = $1 and payment_id = $2', [
    disbursementId,
    paymentId,
    state,
    reason,
  ]);
  await db.query(
    `update disbursement set state = 'settled' where id = $1
        and not exists (select 1 from disbursement_item where disbursement_id = $1 and state = 'sent')`,
    [disbursementId],
  );
}
