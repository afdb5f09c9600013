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
  EndState,
  Exit,
  HardshipFile,
  Monitoring,
  NoticeKind,
  Payment,
  PhaseOut,
  PublicNotice,
  Recheck,
  RecheckOutcome,
  RecheckReason,
} from './case-facts';
import { withDuty, type Duties } from './duties';
import type { ClassOrNone } from './hardship-class-names';
import { withoutComparedIncome, type Household } from './household';
import type { ClaimedExpense, Material } from './materials';
import type { Fen } from './money';
import { afterAid, withoutProposed } from './record-of-aid';
import { afterFileLife } from './record-of-file';
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
  /** Null for a file that was imported. */
  channel: Channel | null;
  simulated: boolean;
  previousCaseId: string | null;
  appliedOn: PlainDate;
  territory: Territory;
  household: Household;
  claimedExpenses: ClaimedExpense[];
  materials: Material[];
  /** `validUntil`: last day, as it was settled when it was signed; left out by older releases. */
  authorizations: { memberNo: number; signedOn: PlainDate; validUntil?: PlainDate }[];
  /** Who has taken an authorisation back, and when last; left out while nobody has. */
  withdrawnAuthorizations?: { memberNo: number; withdrawnOn: PlainDate }[];
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
  /** seq of the event that last changed the account on file; left out while it is the first one. */
  bankAccountChangedAt?: number;
  hardshipFile: HardshipFile | null;
  certificate: { number: string; kind: string; state: 'issued' | 'revoked' } | null;
  filing: { toOrgId: string; submittedOn: PlainDate } | null;
  syncs: { system: string; state: 'pending' | 'confirmed' }[];
  recheck: Recheck | null;
  lastRecheck: { doneOn: PlainDate; outcome: RecheckOutcome; visitedOn: PlainDate | null; classBefore: ClassOrNone | null; overridden: boolean } | null;
  /** Set while something other than a date calls for a recheck. */
  recheckCalledFor: { since: PlainDate; because: RecheckReason } | null;
  /** When the file was updated, by a recheck or without one: what campaigns count. */
  fileUpdates: { on: PlainDate; visit: boolean }[];
  /** 生活救助 per month, as it was last set. */
  aidLevel: { monthlyLivingAidFen: Fen; setOn: PlainDate } | null;
  endState: EndState | null;
  exit: Exit | null;
  phaseOut: PhaseOut | null;
  /** 返困 reported and not yet decided on. */
  relapse: { reportedOn: PlainDate; visitedOn: PlainDate | null; assessed: boolean } | null;
  monitoring: Monitoring | null;
  /** Whether the time for which the withdrawn file must be kept is over. */
  retentionEnded: boolean;
  /** Since when nothing is left of the persons of the case; left out while their data are there. */
  destroyedOn?: PlainDate;
  /** Who did what keeps them from something else in this case; absent while nobody has. */
  duties?: Duties;
  awaiting: Awaited[];
}

/** The record after one more event. Pure: the same events always give the same record, in the workflow and in the database. */
export function applyEvent(before: CaseRecord | null, event: CaseEvent): CaseRecord {
  const after = before ? { ...withDuties(changed(before, event), event) } : opened(event);
  after.version = event.seq;
  if (event.awaiting) after.awaiting = event.awaiting;
  return after;
}

function withDuties(record: CaseRecord, event: CaseEvent): CaseRecord {
  const doers = [event.actor, event.onBehalfOf];
  switch (event.type) {
    case 'visitRecorded':
      return withDuty(record, 'visitor', [...doers, ...(event.visitorUsers ?? [])]);
    case 'comparisonRecorded':
    case 'upperReviewDecided':
      return withDuty(record, 'caseHandler', doers);
    case 'aidPlanProposed':
      return withDuty(record, 'proposer', doers);
    case 'fileUpdated':
      return event.bankAccountChanged ? withDuty(record, 'accountChanger', doers) : record;
    case 'disbursementPrepared':
      return withDuty(record, 'preparer', doers);
    default:
      return record;
  }
}

/** The latest notice of a kind, open or not. */
export function latestNotice(record: CaseRecord, kind: NoticeKind): PublicNotice | undefined {
  return record.notices.findLast((notice) => notice.kind === kind);
}

function opened(event: CaseEvent): CaseRecord {
  switch (event.type) {
    case 'applicationSubmitted': {
      const { claimedExpenses, materials, channel, previousCaseId, accountChangers = [] } = event;
      return withDuty({ ...empty(event), appliedOn: event.effectiveOn, claimedExpenses, materials, channel, previousCaseId }, 'accountChanger', accountChangers);
    }
    case 'fileImported': {
      const { file, hardshipClass, standing, monthlyLivingAidFen, bringsAccount } = event;
      const imported = {
        ...empty(event),
        appliedOn: file.establishedOn,
        hardshipFile: file,
        hardshipClass,
        standing,
        aidLevel: monthlyLivingAidFen === null ? null : { monthlyLivingAidFen, setOn: file.establishedOn },
      };
      return bringsAccount ? withDuty(imported, 'accountChanger', [event.actor, event.onBehalfOf]) : imported;
    }
    default:
      throw new RangeError(`a case cannot begin with ${event.type}`);
  }
}

function empty(event: CaseEvent & { type: 'applicationSubmitted' | 'fileImported' }): CaseRecord {
  return {
    caseId: event.caseId,
    number: event.number,
    version: event.seq,
    state: 'intake',
    channel: null,
    simulated: event.simulated,
    previousCaseId: null,
    appliedOn: event.effectiveOn,
    territory: event.territory,
    household: event.household,
    claimedExpenses: [],
    materials: [],
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
    lastRecheck: null,
    recheckCalledFor: null,
    fileUpdates: [],
    aidLevel: null,
    endState: null,
    exit: null,
    phaseOut: null,
    relapse: null,
    monitoring: null,
    retentionEnded: false,
    awaiting: [],
  };
}

function changed(record: CaseRecord, event: CaseEvent): CaseRecord {
  const on = event.effectiveOn;
  switch (event.type) {
    case 'applicationSubmitted':
    case 'fileImported':
      throw new RangeError('a case begins once');
    case 'phaseEntered':
      return { ...record, state: event.state };
    case 'authorizationSigned': {
      // Entering an older paper does not undo a newer one.
      const isNewer = (memberNo: number) => !record.authorizations.some((a) => a.memberNo === memberNo && a.signedOn > event.signedOn);
      const signers = event.signers.filter(isNewer);
      const others = record.authorizations.filter((a) => !signers.includes(a.memberNo));
      const validUntil = event.consent?.validUntil;
      return { ...record, authorizations: [...others, ...signers.map((memberNo) => ({ memberNo, signedOn: event.signedOn, ...(validUntil && { validUntil }) }))] };
    }
    case 'authorizationWithdrawn': {
      const { memberNos, withdrawnOn } = event;
      const isOther = ({ memberNo }: { memberNo: number }) => !memberNos.includes(memberNo);
      const before = (record.withdrawnAuthorizations ?? []).filter(isOther);
      return { ...record, authorizations: record.authorizations.filter(isOther), withdrawnAuthorizations: [...before, ...memberNos.map((memberNo) => ({ memberNo, withdrawnOn }))] };
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
        aidPlans: withoutProposed(record.aidPlans),
      };
    case 'applicationWithdrawn':
      return { ...record, state: 'withdrawn' };
    case 'visitRecorded':
      return {
        ...record,
        visitedOn: event.visitedOn,
        household: event.household ?? record.household,
        // What one visit found is not undone by another that brought no figures.
        relapse: record.relapse && { ...record.relapse, visitedOn: event.visitedOn, assessed: record.relapse.assessed || event.household !== null },
      };
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
      return {
        ...record,
        hardshipClass: event.hardshipClass,
        classChosen: event.chosen,
        standing: event.standing,
        hardshipFile: record.hardshipFile && { ...record.hardshipFile, ownerOrgId: event.standing?.reviewerOrgId ?? record.hardshipFile.ownerOrgId },
      };
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
      return { ...record, monitoring: { group: event.group, subReason: event.subReason, source: event.source, until: event.until } };
    case 'monitoringEnded':
      return { ...record, monitoring: null };
    case 'aidPlanProposed':
    case 'collectivelyDecided':
    case 'paymentsPlanned':
    case 'disbursementPrepared':
    case 'disbursementReleased':
    case 'disbursementDropped':
    case 'paymentPaid':
    case 'paymentReturned':
    case 'workerNotified':
    case 'aidDropped':
      return afterAid(record, event);
    case 'fileEstablished':
      return { ...record, hardshipFile: event.file };
    case 'certificateIssued':
      return { ...record, certificate: { number: event.number, kind: event.kind, state: 'issued' } };
    case 'filingSubmitted':
      return { ...record, filing: { toOrgId: event.toOrgId, submittedOn: on } };
    case 'syncRequested':
      return { ...record, syncs: [...record.syncs.filter((sync) => sync.system !== event.system), { system: event.system, state: 'pending' }] };
    case 'recheckScheduled':
    case 'recheckStageReached':
    case 'recheckCalledFor':
    case 'recheckRecorded':
    case 'fileUpdated':
    case 'aidLevelSet':
    case 'exitNotified':
    case 'exitConfirmed':
    case 'exitRefused':
    case 'exitVerified':
    case 'exitStopped':
    case 'exitConcluded':
    case 'followUpRecorded':
    case 'relapseReported':
    case 'relapseDismissed':
    case 'fileReopened':
    case 'certificateRevoked':
    case 'fileWithdrawn':
    case 'retentionEnded':
    case 'personalDataDestroyed':
      return afterFileLife(record, event);
  }
}

/** Changes the latest notice of a kind: after a return for correction the same kind is posted again. */
function withNotice(record: CaseRecord, kind: NoticeKind, change: (notice: PublicNotice) => PublicNotice): CaseRecord {
  const latest = latestNotice(record, kind);
  return { ...record, notices: record.notices.map((notice) => (notice === latest ? change(notice) : notice)) };
}
