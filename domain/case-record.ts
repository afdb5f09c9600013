import type { Assessment } from './assessment';
import type { PlainDate } from './calendar-date';
import type { CaseEvent } from './case-events';
import type {
  AidPlan,
  Awaited,
  CaseState,
  Channel,
  ComparisonResult,
  Disbursement,
  HardshipFile,
  Monitoring,
  NoticeKind,
  Payment,
  PaymentState,
  PublicNotice,
  Recheck,
} from './case-facts';
import type { ClassOrNone } from './hardship-class-names';
import { withoutComparedIncome, type Household } from './household';
import type { ClaimedExpense, Material } from './materials';
import type { Fen } from './money';
import type { Standing } from './standing';
import type { Territory } from './territory';

/**
 * A case as its events make it: what the workflow decides from, what it carries into its next run, and what the read
 * model stores. Plain JSON, coded facts only.
 */
export interface CaseRecord {
  caseId: string;
  number: string;
  /** seq of the last event; the version that `If-Match` compares. */
  version: number;
  state: CaseState;
  channel: Channel;
  simulated: boolean;
  previousCaseId: string | null;
  appliedOn: PlainDate;
  territory: Territory;
  household: Household;
  claimedExpenses: ClaimedExpense[];
  materials: Material[];
  authorizations: { memberNo: number; signedOn: PlainDate }[];
  acceptedOn: PlainDate | null;
  visitedOn: PlainDate | null;
  /** Day on which the upper review passed the case; null again once it is to be reviewed anew. */
  upperReviewedOn: PlainDate | null;
  policyProfile: { id: string; version: number } | null;
  assessment: Assessment | null;
  hardshipClass: ClassOrNone | null;
  /** Whether a reviewer chose the class against the recommendation, with a reason. */
  classChosen: boolean;
  standing: Standing | null;
  notices: PublicNotice[];
  comparison: { result: ComparisonResult; reportedOn: PlainDate } | null;
  aidPlans: AidPlan[];
  collectiveApproval: { planId: string; heldOn: PlainDate; outcome: 'passed' | 'rejected' } | null;
  /** Self-paid medical totals by calendar year, where a plan gave one. */
  selfPaidMedicalFen: Record<string, Fen>;
  payments: Payment[];
  disbursements: Disbursement[];
  hardshipFile: HardshipFile | null;
  certificate: { number: string; kind: string; state: 'issued' | 'revoked' } | null;
  filing: { toOrgId: string; submittedOn: PlainDate } | null;
  syncs: { system: string; state: 'pending' | 'confirmed' }[];
  recheck: Recheck | null;
  monitoring: Monitoring | null;
  awaiting: Awaited[];
}

/** The record after one more event. Pure: the same events always give the same record, in the workflow and in the database. */
export function applyEvent(before: CaseRecord | null, event: CaseEvent): CaseRecord {
  const after = before ? { ...changed(before, event) } : opened(event);
  after.version = event.seq;
  if (event.awaiting) after.awaiting = event.awaiting;
  return after;
}

/** The latest notice of a kind, open or not. */
export function latestNotice(record: CaseRecord, kind: NoticeKind): PublicNotice | undefined {
  return record.notices.findLast((notice) => notice.kind === kind);
}

function opened(event: CaseEvent): CaseRecord {
  if (event.type !== 'applicationSubmitted') throw new RangeError(`a case cannot begin with ${event.type}`);
  return {
    caseId: event.caseId,
    number: event.number,
    version: event.seq,
    state: 'intake',
    channel: event.channel,
    simulated: event.simulated,
    previousCaseId: event.previousCaseId,
    appliedOn: event.effectiveOn,
    territory: event.territory,
    household: event.household,
    claimedExpenses: event.claimedExpenses,
    materials: event.materials,
    authorizations: [],
    acceptedOn: null,
    visitedOn: null,
    upperReviewedOn: null,
    policyProfile: null,
    assessment: null,
    hardshipClass: null,
    classChosen: false,
    standing: null,
    notices: [],
    comparison: null,
    aidPlans: [],
    collectiveApproval: null,
    selfPaidMedicalFen: {},
    payments: [],
    disbursements: [],
    hardshipFile: null,
    certificate: null,
    filing: null,
    syncs: [],
    recheck: null,
    monitoring: null,
    awaiting: [],
  };
}

function changed(record: CaseRecord, event: CaseEvent): CaseRecord {
  const on = event.effectiveOn;
  switch (event.type) {
    case 'applicationSubmitted':
      throw new RangeError('a case is submitted once');
    case 'phaseEntered':
      return { ...record, state: event.state };
    case 'authorizationSigned': {
      // Entering an older paper does not undo a newer one.
      const isNewer = (memberNo: number) => !record.authorizations.some((a) => a.memberNo === memberNo && a.signedOn > event.signedOn);
      const signers = event.signers.filter(isNewer);
      const others = record.authorizations.filter((a) => !signers.includes(a.memberNo));
      return { ...record, authorizations: [...others, ...signers.map((memberNo) => ({ memberNo, signedOn: event.signedOn }))] };
    }
    case 'materialsAdded':
      return { ...record, materials: [...record.materials, ...event.items] };
    case 'applicationAccepted':
      return { ...record, acceptedOn: on };
    case 'returnedForCorrection':
      // The procedure is walked again from the start, so what was found in the first round no longer counts.
      return {
        ...record,
        acceptedOn: null,
        visitedOn: null,
        upperReviewedOn: null,
        hardshipClass: null,
        classChosen: false,
        standing: null,
        comparison: null,
        household: withoutComparedIncome(record.household),
        aidPlans: record.aidPlans.map((plan) => (plan.state === 'proposed' ? { ...plan, state: 'dropped' } : plan)),
      };
    case 'applicationWithdrawn':
      return { ...record, state: 'withdrawn' };
    case 'visitRecorded':
      return { ...record, visitedOn: event.visitedOn, household: event.household ?? record.household };
    case 'assessed':
      return { ...record, assessment: event.assessment, policyProfile: event.policy };
    case 'preliminaryReviewDecided':
    case 'transferred':
      return record;
    case 'upperReviewDecided':
      return { ...record, upperReviewedOn: event.decision === 'pass' ? on : null };
    case 'reviewReopened':
      return { ...record, upperReviewedOn: null };
    case 'classified':
      return { ...record, hardshipClass: event.hardshipClass, classChosen: event.chosen, standing: event.standing };
    case 'noticePosted':
      return {
        ...record,
        notices: [
          ...record.notices,
          {
            kind: event.kind,
            byOrgId: event.byOrgId,
            medium: event.medium,
            place: event.place,
            postedOn: event.postedOn,
            closesOn: event.closesOn,
            closedOn: null,
            outcome: null,
            objections: [],
          },
        ],
      };
    case 'objectionRaised':
      return withNotice(record, event.kind, (notice) => ({
        ...notice,
        objections: [...notice.objections, { id: event.objectionId, raisedOn: on, outcome: null, resolvedOn: null }],
      }));
    case 'objectionResolved':
      return withNotice(record, event.kind, (notice) => ({
        ...notice,
        objections: notice.objections.map((objection) =>
          objection.id === event.objectionId ? { ...objection, outcome: event.outcome, resolvedOn: on } : objection,
        ),
      }));
    case 'noticeClosed':
      return withNotice(record, event.kind, (notice) => ({ ...notice, closedOn: on, outcome: event.outcome }));
    case 'comparisonRecorded':
      return { ...record, comparison: { result: event.result, reportedOn: on }, household: event.household };
    case 'caseRejected':
      return { ...record, state: 'rejected' };
    case 'monitoringOpened':
      return { ...record, monitoring: { group: event.group, subReason: event.subReason, source: event.source, until: null } };
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
    case 'fileEstablished':
      return { ...record, hardshipFile: event.file };
    case 'certificateIssued':
      return { ...record, certificate: { number: event.number, kind: event.kind, state: 'issued' } };
    case 'filingSubmitted':
      return { ...record, filing: { toOrgId: event.toOrgId, submittedOn: on } };
    case 'syncRequested':
      return { ...record, syncs: [...record.syncs, { system: event.system, state: 'pending' }] };
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
    case 'paymentPaid':
      return settled(withPayments(record, [event.paymentId], { state: 'paid', paidOn: on }), event.disbursementId);
    case 'paymentReturned':
      return settled(withPayments(record, [event.paymentId], { state: 'returned' }), event.disbursementId);
    case 'workerNotified':
      return withPayments(record, event.paymentIds, { notifiedOn: on });
    case 'recheckScheduled':
      return { ...record, recheck: { everyMonths: event.everyMonths, nextDueOn: event.nextDueOn } };
  }
}

/** Changes the latest notice of a kind: after a return for correction the same kind is posted again. */
function withNotice(record: CaseRecord, kind: NoticeKind, change: (notice: PublicNotice) => PublicNotice): CaseRecord {
  const latest = latestNotice(record, kind);
  return { ...record, notices: record.notices.map((notice) => (notice === latest ? change(notice) : notice)) };
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
