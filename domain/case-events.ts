import type { Assessment } from './assessment';
import type { PlainDate } from './calendar-date';
import type {
  AidPlanItem,
  Awaited,
  CaseState,
  Channel,
  ComparisonResult,
  ExitConfirmer,
  ExitKind,
  ExitRoute,
  ExitTerms,
  ExitVerifier,
  HardshipFile,
  MonitoringGroup,
  MonitoringSource,
  NoticeKind,
  NoticeMedium,
  NoticeOutcome,
  Payment,
  Recheck,
  RecheckOutcome,
  RecheckReason,
  RecheckStage,
  ReviewDecision,
  VisitorKind,
} from './case-facts';
import type { SignedConsent } from './consent';
import type { ClassOrNone, HardshipClass } from './hardship-class-names';
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
      /** Who has brought an account in the case that it follows: it comes along. Left out where nobody has. */
      accountChangers?: string[];
    }
  /** A file that existed before, on paper or in another system; its class is taken as it is. */
  | {
      type: 'fileImported';
      caseId: string;
      number: string;
      territory: Territory;
      household: Household;
      hardshipClass: HardshipClass;
      standing: Standing | null;
      file: HardshipFile;
      monthlyLivingAidFen: Fen | null;
      simulated: boolean;
      /** There where an account came with it, which no review has seen. */
      bringsAccount?: true;
    }
  | { type: 'phaseEntered'; state: CaseState }
  /** `consent`: what exactly was signed; older releases did not keep it. */
  | { type: 'authorizationSigned'; signers: number[]; signedOn: PlainDate; consent?: SignedConsent }
  /** 撤回授权: nothing is compared on what they had signed any more. */
  | { type: 'authorizationWithdrawn'; memberNos: number[]; withdrawnOn: PlainDate }
  | { type: 'materialsAdded'; items: Material[] }
  | { type: 'applicationAccepted' }
  | { type: 'returnedForCorrection'; from: CaseState }
  | { type: 'applicationWithdrawn' }
  | { type: 'visitRecorded'; visitedOn: PlainDate; visitors: VisitorKind[]; household: Household | null; visitorUsers?: string[] }
  | { type: 'assessed'; assessment: Assessment; policy: { id: string; version: number } }
  | { type: 'preliminaryReviewDecided'; decision: ReviewDecision }
  | { type: 'upperReviewDecided'; decision: ReviewDecision }
  /** The class and all that follows from it, the file's owner included, change in one step; nothing of it is stored apart. */
  | { type: 'classified'; hardshipClass: ClassOrNone; chosen: boolean; standing: Standing | null }
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
  | { type: 'monitoringOpened'; group: MonitoringGroup; subReason: string | null; source: MonitoringSource; until: PlainDate | null }
  | { type: 'monitoringEnded' }
  | {
      type: 'aidPlanProposed';
      planId: string;
      items: AidPlanItem[];
      totalFen: Fen;
      shortfallFen: Fen | null;
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
  /** It was prepared by a union that does not own the file any more, or for an account that is not on file any more. */
  | { type: 'disbursementDropped'; disbursementId: string }
  | { type: 'paymentPaid'; disbursementId: string; paymentId: string }
  | { type: 'paymentReturned'; disbursementId: string; paymentId: string; reason: string }
  | { type: 'workerNotified'; paymentIds: string[] }
  | { type: 'recheckScheduled'; recheck: Recheck }
  /** A date of the recheck went by: it is work now, or overdue. */
  | { type: 'recheckStageReached'; stage: RecheckStage; dueOn: PlainDate }
  | { type: 'recheckCalledFor'; because: RecheckReason }
  | { type: 'recheckRecorded'; doneOn: PlainDate; visitedOn: PlainDate | null; outcome: RecheckOutcome; household: Household | null; overridden: boolean }
  /** `bankAccountChanged`: there where the update brought another account than the one on file. */
  | { type: 'fileUpdated'; visit: boolean; household: Household | null; bankAccountChanged?: true }
  | { type: 'aidLevelSet'; monthlyLivingAidFen: Fen; materialChange: boolean }
  /** 退档告知: the worker is told. */
  | { type: 'exitNotified'; kind: ExitKind; terms: ExitTerms }
  | { type: 'exitConfirmed'; by: ExitConfirmer }
  | { type: 'exitRefused'; valid: boolean }
  | { type: 'exitVerified'; by: ExitVerifier }
  | { type: 'exitStopped'; by: 'validRefusal' | 'objection' }
  | { type: 'exitConcluded'; route: ExitRoute; phaseOut: { months: number; endsOn: PlainDate; aidContinues: boolean } | null }
  | { type: 'followUpRecorded'; metOn: PlainDate }
  | { type: 'relapseReported' }
  | { type: 'relapseDismissed' }
  | { type: 'fileReopened' }
  /** Aid that was approved and not released when the file left. */
  | { type: 'aidDropped' }
  | { type: 'certificateRevoked' }
  /** 撤档: the file leaves; it is kept until `retentionEndsOn` (R-WX-15). */
  | { type: 'fileWithdrawn'; retentionEndsOn: PlainDate }
  | { type: 'retentionEnded' }
  /** 销毁: the key of the case was destroyed, and with it everything about persons; proposed by one, approved by another (the actor). */
  | { type: 'personalDataDestroyed'; certificate: string; certificateSha256: string; proposedBy: string };

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
