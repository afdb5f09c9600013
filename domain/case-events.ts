import type { Assessment } from './assessment';
import type { PlainDate } from './calendar-date';
import type {
  AidPlanItem,
  Awaited,
  CaseState,
  Channel,
  ComparisonResult,
  HardshipFile,
  MonitoringGroup,
  NoticeKind,
  NoticeMedium,
  NoticeOutcome,
  Payment,
  ReviewDecision,
  VisitorKind,
} from './case-facts';
import type { ClassOrNone } from './hardship-class-names';
import type { Household } from './household';
import type { ClaimedExpense, Material } from './materials';
import type { Fen } from './money';
import type { NoticePlace } from './policy';
import type { Standing } from './standing';
import type { Territory } from './territory';

/**
 * What can happen to a case. Events are the record: append-only, coded facts without names, numbers of persons or free
 * text; those stay with the command (`CaseEvent.commandId`) in columns of their own.
 */
export type CaseFact =
  | {
      type: 'applicationSubmitted';
      caseId: string;
      number: string;
      channel: Channel;
      territory: Territory;
      household: Household;
      claimedExpenses: ClaimedExpense[];
      materials: Material[];
      simulated: boolean;
      previousCaseId: string | null;
    }
  | { type: 'phaseEntered'; state: CaseState }
  | { type: 'authorizationSigned'; signers: number[]; signedOn: PlainDate }
  | { type: 'materialsAdded'; items: Material[] }
  | { type: 'applicationAccepted' }
  | { type: 'returnedForCorrection'; from: CaseState }
  | { type: 'applicationWithdrawn' }
  | { type: 'visitRecorded'; visitedOn: PlainDate; visitors: VisitorKind[]; household: Household | null }
  | { type: 'assessed'; assessment: Assessment; policy: { id: string; version: number } }
  | { type: 'preliminaryReviewDecided'; decision: ReviewDecision }
  | { type: 'upperReviewDecided'; decision: ReviewDecision }
  /** The class and all that follows from it change in one step; nothing of it is stored apart. */
  | { type: 'classified'; hardshipClass: ClassOrNone; chosen: boolean; standing: Standing }
  /** A comparison after the review found what the review did not know. */
  | { type: 'reviewReopened' }
  | { type: 'transferred'; fromOrgId: string; toOrgId: string }
  | {
      type: 'noticePosted';
      kind: NoticeKind;
      byOrgId: string;
      medium: NoticeMedium;
      place: NoticePlace;
      postedOn: PlainDate;
      closesOn: PlainDate;
    }
  | { type: 'objectionRaised'; kind: NoticeKind; objectionId: string }
  | { type: 'objectionResolved'; kind: NoticeKind; objectionId: string; outcome: 'sustained' | 'dismissed' }
  | { type: 'noticeClosed'; kind: NoticeKind; outcome: NoticeOutcome }
  | { type: 'comparisonRecorded'; result: ComparisonResult; household: Household }
  | { type: 'caseRejected' }
  | { type: 'monitoringOpened'; group: MonitoringGroup; subReason: string | null; source: 'rejectedButStruggling' }
  | {
      type: 'aidPlanProposed';
      planId: string;
      items: AidPlanItem[];
      totalFen: Fen;
      shortfallFen: Fen;
      selfPaidMedical: { year: number; amountFen: Fen } | null;
    }
  | {
      type: 'collectivelyDecided';
      planId: string;
      heldOn: PlainDate;
      outcome: 'passed' | 'rejected';
      for: number;
      against: number;
      abstained: number;
      recused: number;
    }
  | { type: 'paymentsPlanned'; payments: Payment[] }
  | { type: 'fileEstablished'; file: HardshipFile }
  | { type: 'certificateIssued'; number: string; kind: string }
  | { type: 'filingSubmitted'; toOrgId: string }
  | { type: 'syncRequested'; system: string }
  | { type: 'disbursementPrepared'; disbursementId: string; paymentIds: string[] }
  | { type: 'disbursementReleased'; disbursementId: string }
  | { type: 'paymentPaid'; disbursementId: string; paymentId: string }
  | { type: 'paymentReturned'; disbursementId: string; paymentId: string; reason: string }
  | { type: 'workerNotified'; paymentIds: string[] }
  | { type: 'recheckScheduled'; everyMonths: number | null; nextDueOn: PlainDate | null };

/** A fact with its place in the case's record. */
export type CaseEvent = CaseFact & {
  seq: number;
  /** The business date on which it takes effect. */
  effectiveOn: PlainDate;
  /** Who did it: a user name, or null where a timer or the engine did. */
  actor: string | null;
  onBehalfOf: string | null;
  /** The command it came from, whose row holds names and free text. */
  commandId: string | null;
  /** What the case waits for after the step; on the last event of each step. */
  awaiting?: Awaited[];
};

export type CaseFactType = CaseFact['type'];
