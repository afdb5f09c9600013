import type { PlainDate } from './calendar-date';
import type { CaseEvent } from './case-events';
import type { AidPlan, PaymentState } from './case-facts';
import type { CaseRecord } from './case-record';

type AidEvent = CaseEvent & {
  type:
    | 'aidPlanProposed'
    | 'collectivelyDecided'
    | 'paymentsPlanned'
    | 'disbursementPrepared'
    | 'disbursementReleased'
    | 'disbursementDropped'
    | 'paymentPaid'
    | 'paymentReturned'
    | 'workerNotified'
    | 'aidDropped';
};

/** The record after an event of plans, approval and money. */
export function afterAid(record: CaseRecord, event: AidEvent): CaseRecord {
  const on = event.effectiveOn;
  switch (event.type) {
    case 'aidPlanProposed':
      return {
        ...record,
        aidPlans: [
          ...record.aidPlans,
          {
            id: event.planId,
            state: 'proposed',
            proposedBy: event.actor ?? '',
            proposedOn: on,
            totalFen: event.totalFen,
            shortfallFen: event.shortfallFen,
            items: event.items,
          },
        ],
        selfPaidMedicalFen: event.selfPaidMedical
          ? { ...record.selfPaidMedicalFen, [event.selfPaidMedical.year]: event.selfPaidMedical.amountFen }
          : record.selfPaidMedicalFen,
      };
    case 'collectivelyDecided':
      return {
        ...record,
        collectiveApproval: { planId: event.planId, heldOn: event.heldOn, outcome: event.outcome },
        aidPlans: record.aidPlans.map((plan) =>
          plan.id === event.planId ? { ...plan, state: event.outcome === 'passed' ? 'approved' : 'rejected' } : plan,
        ),
      };
    case 'paymentsPlanned':
      return { ...record, payments: [...record.payments, ...event.payments] };
    case 'disbursementPrepared':
      return {
        ...withPayments(record, event.paymentIds, { state: 'prepared' }),
        disbursements: [
          ...record.disbursements,
          {
            id: event.disbursementId,
            state: 'prepared',
            paymentIds: event.paymentIds,
            preparedBy: event.actor ?? '',
            ...(event.onBehalfOf === null ? {} : { preparedOnBehalfOf: event.onBehalfOf }),
            preparedOn: on,
            releasedBy: null,
          },
        ],
      };
    case 'disbursementReleased': {
      const disbursement = record.disbursements.find((d) => d.id === event.disbursementId);
      return {
        ...withPayments(record, disbursement?.paymentIds ?? [], { state: 'sent' }),
        disbursements: record.disbursements.map((d) =>
          d.id === event.disbursementId ? { ...d, state: 'released', releasedBy: event.actor } : d,
        ),
      };
    }
    case 'disbursementDropped': {
      const paymentIds = record.disbursements.find((d) => d.id === event.disbursementId)?.paymentIds ?? [];
      return {
        ...withPayments(record, paymentIds, { state: 'planned' }),
        disbursements: record.disbursements.map((d) => (d.id === event.disbursementId ? { ...d, state: 'dropped' } : d)),
      };
    }
    case 'paymentPaid':
      return settled(withPayments(record, [event.paymentId], { state: 'paid', paidOn: on }), event.disbursementId);
    case 'paymentReturned':
      return settled(withPayments(record, [event.paymentId], { state: 'returned' }), event.disbursementId);
    case 'workerNotified':
      return withPayments(record, event.paymentIds, { notifiedOn: on });
    case 'aidDropped':
      return {
        ...record,
        aidPlans: withoutProposed(record.aidPlans),
        payments: record.payments.map((payment) => (isUnreleased(payment.state) ? { ...payment, state: 'dropped' } : payment)),
        disbursements: record.disbursements.map((d) => (d.state === 'prepared' ? { ...d, state: 'dropped' } : d)),
      };
  }
}

function withPayments(
  record: CaseRecord,
  paymentIds: readonly string[],
  change: { state?: PaymentState; paidOn?: PlainDate; notifiedOn?: PlainDate },
): CaseRecord {
  return {
    ...record,
    payments: record.payments.map((payment) => (paymentIds.includes(payment.id) ? { ...payment, ...change } : payment)),
  };
}

/** A disbursement is settled once the bank has answered for each of its payments. */
function settled(record: CaseRecord, disbursementId: string): CaseRecord {
  return {
    ...record,
    disbursements: record.disbursements.map((disbursement) => {
      if (disbursement.id !== disbursementId) return disbursement;
      const open = record.payments.some((p) => disbursement.paymentIds.includes(p.id) && p.state === 'sent');
      return open ? disbursement : { ...disbursement, state: 'settled' };
    }),
  };
}

/** Plans that nobody will decide on any more. */
export function withoutProposed(plans: readonly AidPlan[]): AidPlan[] {
  return plans.map((plan) => (plan.state === 'proposed' ? { ...plan, state: 'dropped' } : plan));
}

/** Whether money is still in the union's hands. */
export function isUnreleased(state: PaymentState): boolean {
  return state === 'planned' || state === 'prepared' || state === 'returned';
}
