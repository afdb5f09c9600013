import type { CaseEvent } from '../domain/case-events';
import type { CaseRecord } from '../domain/case-record';
import { formatYuan } from '../domain/money';
import type { Db } from './db';

/** What the worker was told, newest first. */
export interface Notification {
  kind: string;
  text: string;
  toldOn: string;
}

/** The row that an adapter to an outside system takes its work from; written with the step that calls for it. */
export async function recordSyncs(db: Db, caseId: string, event: CaseEvent): Promise<void> {
  if (event.type !== 'syncRequested') return;
  await db.query(`insert into sync_request (case_id, system, state, requested_on) values ($1, $2, 'pending', $3) on conflict do nothing`, [
    caseId,
    event.system,
    event.effectiveOn,
  ]);
}

/** 告知: the worker's own message about what was paid (R-BZ-F14), written in the step that says so. */
export async function recordNotifications(db: Db, record: CaseRecord, event: CaseEvent): Promise<void> {
  if (event.type !== 'workerNotified') return;
  const paid = record.payments.filter((payment) => event.paymentIds.includes(payment.id));
  const totalFen = paid.reduce((sum, payment) => sum + payment.amountFen, 0);
  const text = `您的帮扶资金 ${formatYuan(totalFen)} 元已于 ${event.effectiveOn} 发放到您的银行卡（${record.number}）。`;
  await db.query(`insert into notification (case_id, seq, kind, text, told_on) values ($1, $2, 'paid', $3, $4)`, [
    record.caseId,
    event.seq,
    text,
    event.effectiveOn,
  ]);
}

export async function listNotifications(db: Db, caseId: string): Promise<Notification[]> {
  const { rows } = await db.query<Notification>({
    name: 'listNotifications',
    text: `select kind, text, told_on as "toldOn" from notification where case_id = $1 order by seq desc`,
    values: [caseId],
  });
  return rows;
}
