import type { CaseEvent } from '../domain/case-events';
import type { CaseRecord } from '../domain/case-record';
import { formatYuan, sumFen } from '../domain/money';
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
  await db.query(`insert into sync_request (case_id, system, state, requested_on) values ($1, $2, 'pending', $3)
                  on conflict (case_id, system) do update set state = 'pending', requested_on = $3`, [
    caseId,
    event.system,
    event.effectiveOn,
  ]);
}

/** 告知: what the worker is told (R-BZ-F14, R-WX-30, R-BZ-F16), written in the step that it tells of. */
export async function recordNotifications(db: Db, record: CaseRecord, event: CaseEvent): Promise<void> {
  const message = messageOf(record, event);
  if (!message) return;
  await db.query(`insert into notification (case_id, seq, kind, text, told_on) values ($1, $2, $3, $4, $5)`, [
    record.caseId,
    event.seq,
    message.kind,
    message.text,
    event.effectiveOn,
  ]);
}

/** @param record the case after the step */
function messageOf(record: CaseRecord, event: CaseEvent): { kind: string; text: string } | undefined {
  const { number } = record;
  const on = event.effectiveOn;
  switch (event.type) {
    case 'workerNotified': {
      const totalFen = sumFen(record.payments.filter((payment) => event.paymentIds.includes(payment.id)).map((payment) => payment.amountFen));
      return { kind: 'paid', text: `您的帮扶资金 ${formatYuan(totalFen)} 元已于 ${on} 发放到您的银行卡（${number}）。` };
    }
    case 'exitNotified': {
      const what = event.kind === 'liftOut' ? '达到脱困标准，拟脱困退出' : '不再符合建档条件，拟注销退档';
      return { kind: 'exitTold', text: `经核查，您的困难职工档案${what}（${number}）。${event.terms.workerConfirms ? '请确认；有正当理由的，请向工会说明。' : ''}` };
    }
    case 'exitStopped':
      return { kind: 'exitStopped', text: `您的退出办理已停止，工会将重新核查（${number}）。` };
    case 'exitConcluded':
      return event.phaseOut ? { kind: 'phaseOut', text: `您已于 ${on} 脱困退出，渐退期至 ${event.phaseOut.endsOn}（${number}）。` } : undefined;
    case 'fileReopened':
      return { kind: 'reopened', text: `您的困难职工档案已于 ${on} 恢复（${number}）。` };
    case 'fileWithdrawn':
      return { kind: 'withdrawn', text: `您的困难职工档案已于 ${on} 撤档（${number}）。生活再遇困难，请随时向工会反映。` };
    default:
      return undefined;
  }
}

export async function listNotifications(db: Db, caseId: string): Promise<Notification[]> {
  const { rows } = await db.query<Notification>({
    name: 'listNotifications',
    text: `select kind, text, told_on as "toldOn" from notification where case_id = $1 order by seq desc`,
    values: [caseId],
  });
  return rows;
}
