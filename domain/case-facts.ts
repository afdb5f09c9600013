import type { PlainDate } from './calendar-date';
import type { HardshipClass, ClassOrNone } from './hardship-class-names';
import type { Fen } from './money';

/** Where a case can stand still: one state per blocking point of the flow chart, and the two ends without a file. */
export const CASE_STATES = [
  'intake',
  'visit',
  'preliminaryReview',
  'notice1',
  'upperReview',
  'notice2',
  'planning',
  'collectiveApproval',
  'disbursement',
  'active',
  'exiting',
  'phaseOut',
  'closed',
  'rejected',
  'withdrawn',
] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** States in which a case has run its course: the file has left, or there never was one. Nothing is awaited, no workflow runs. */
export const ENDED_STATES = ['rejected', 'withdrawn', 'closed'] as const satisfies readonly CaseState[];

export function isEnd(state: CaseState): boolean {
  return ENDED_STATES.some((ended) => ended === state);
}

/** How an application reached the union (②③④ of the chart, R-JS-10, R-BZ-F2…F4). */
export const CHANNELS = [
  'selfApplication.online',
  'selfApplication.offline',
  'grassrootsVisit',
  'countyActive',
  'bottomLineSurvey',
  'platformDiscovery',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** Roles of the union's people (contract: organisations and people), and `operator`, who looks after the engine. `applicant` is the worker. */
export const ROLES = [
  'clerk',
  'handler',
  'head',
  'leader',
  'member1',
  'member2',
  'member3',
  'finance',
  'treasurer',
  'auditor',
  'supervisor',
  'operator',
  'admin',
] as const;
export type StaffRole = (typeof ROLES)[number];
/** `applicant`: the worker, with an account of his own and of no union. Nobody of the union has it. */
export type Role = StaffRole | 'applicant';

export const NOTICE_KINDS = ['first', 'second', 'exit'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export const NOTICE_MEDIA = ['noticeBoard', 'website', 'officialAccount', 'newspaper'] as const;
export type NoticeMedium = (typeof NOTICE_MEDIA)[number];

export const VISITOR_KINDS = ['unionCadre', 'partyCadre', 'volunteer', 'contractedOrg'] as const;
export type VisitorKind = (typeof VISITOR_KINDS)[number];

/** 四清: what a visit must make clear (R-JS-13). */
export const FOUR_CLEAR = ['family', 'cause', 'need', 'aidReceived'] as const;
export type FourClearSection = (typeof FOUR_CLEAR)[number];

export const COMPARISON_RESULTS = ['consistent', 'undeclaredIncome', 'undeclaredAsset', 'identityMismatch'] as const;
export type ComparisonResult = (typeof COMPARISON_RESULTS)[number];

export const REVIEW_DECISIONS = ['pass', 'reject', 'return'] as const;
export type ReviewDecision = (typeof REVIEW_DECISIONS)[number];

/** Monitoring groups 1–4 of the province (R-JS-03 … R-JS-08). */
export type MonitoringGroup = 1 | 2 | 3 | 4;

/** 存在一定困难: the reviewer's flag on a rejected household (R-JS-29, A-15). The reason itself stays with the command. */
export interface StillStruggling {
  group: MonitoringGroup;
  subReason?: string;
}

/** An objection to a public notice; what it says and who raised it stay with the command. */
export interface Objection {
  id: string;
  raisedOn: PlainDate;
  outcome: 'sustained' | 'dismissed' | null;
  resolvedOn: PlainDate | null;
}

/** A dismissed objection is no objection any more; an abandoned notice was taken down with its application. */
export type NoticeOutcome = 'noObjection' | 'objectionSustained' | 'abandoned';

/** 公示: a public notice and how it ended. */
export interface PublicNotice {
  kind: NoticeKind;
  byOrgId: string;
  medium: NoticeMedium;
  place: string;
  postedOn: PlainDate;
  closesOn: PlainDate;
  closedOn: PlainDate | null;
  outcome: NoticeOutcome | null;
  objections: Objection[];
}

/** An item of a plan; what it is in words, and for which period, stays with the command. */
export interface AidPlanItem {
  aidType: string;
  amountFen: Fen | null;
  projectId?: string;
}

/** 帮扶方案. `shortfallFen`: what the household lacked to the living standard when the plan was proposed. */
export interface AidPlan {
  id: string;
  /** `dropped`: it was waiting for approval when the application was returned or the file left. */
  state: 'proposed' | 'approved' | 'rejected' | 'dropped';
  proposedBy: string;
  proposedOn: PlainDate;
  totalFen: Fen;
  /** Null where the household could not be assessed. */
  shortfallFen: Fen | null;
  items: AidPlanItem[];
}

/** `dropped`: the file left before the money was released. */
export type PaymentState = 'planned' | 'prepared' | 'sent' | 'paid' | 'returned' | 'dropped';

export interface Payment {
  id: string;
  planId: string;
  aidType: string;
  budgetLine: string;
  amountFen: Fen;
  state: PaymentState;
  paidOn: PlainDate | null;
  notifiedOn: PlainDate | null;
}

/** A set of payments that one person prepares and another releases. */
export interface Disbursement {
  id: string;
  state: 'prepared' | 'released' | 'settled' | 'dropped';
  paymentIds: string[];
  preparedBy: string;
  /** On whose behalf; absent where the person acted in the own name. */
  preparedOnBehalfOf?: string;
  preparedOn: PlainDate;
  releasedBy: string | null;
}

/** One command the case waits for, and whose turn it is. `task`: whether it is work for a task list or only possible. */
export interface Awaited {
  command: string;
  /** For commands that exist in kinds (postNotice): the kind that is awaited. */
  kind?: string;
  role: string;
  orgId: string;
  task: boolean;
  since: PlainDate;
  /** Version of the case at which it began to wait for this; names the task. */
  sinceVersion: number;
  dueOn: PlainDate | null;
}

export interface HardshipFile {
  id: string;
  number: string;
  ownerOrgId: string;
  fileLevel: 'national' | 'provincial' | 'local' | null;
  establishedOn: PlainDate;
  withdrawnOn: PlainDate | null;
  retentionEndsOn: PlainDate | null;
  reopenedOn: PlainDate | null;
}

/** Why a household is watched: turned down though it struggles, or lifted out of hardship within the last years (R-JS-04). */
export type MonitoringSource = 'rejectedButStruggling' | 'liftOut';

export interface Monitoring {
  group: MonitoringGroup;
  subReason: string | null;
  source: MonitoringSource;
  /** Last day of the window; null where nothing ends it. */
  until: PlainDate | null;
}

/** How near the next recheck is: from `open` on it is work, from `escalated` on also for the union that owns the file. */
export type RecheckStage = 'ahead' | 'open' | 'overdue' | 'escalated';

/** When a file is looked at again. */
export interface Recheck {
  /** Null where the profile has yearly campaigns, or nothing at all, in place of an interval. */
  everyMonths: number | null;
  /** The day that the dates are counted from: of establishing, re-classing or reopening the file. */
  anchorOn: PlainDate;
  /** Nothing before this day is asked for: the anchor, or the day on which a file that existed before came in. */
  countsFrom: PlainDate;
  nextDueOn: PlainDate | null;
  /** From when the due recheck is work for the task list. */
  opensOn: PlainDate | null;
  /** The campaign whose last day `nextDueOn` is (R-BZ-20, R-BZ-22). */
  campaign: { name: string; kind: CampaignKind } | null;
  stage: RecheckStage;
}

/** `visit`: the household is visited and its file updated; `update`: the file is updated. */
export type CampaignKind = 'visit' | 'update';

/** What a recheck can come to (R-WX-18); `relieve` where the profile knows 解困 (R-QHD-04). */
export const RECHECK_OUTCOMES = ['keep', 'changeClass', 'liftOut', 'cancel', 'relieve'] as const;
export type RecheckOutcome = (typeof RECHECK_OUTCOMES)[number];

/** Something other than a date calls for a recheck. */
export type RecheckReason = 'exitRefused' | 'exitObjected' | 'comparison' | 'figures';

/** 脱困 leaves, 解困 stays in regular aid (R-QHD-04). */
export type EndState = 'lifted' | 'relieved';

/** 脱困退出 and 注销退档: counted apart (R-WX-28, R-WX-29). */
export type ExitKind = 'liftOut' | 'cancel';

export const EXIT_CONFIRMERS = ['worker', 'grassroots'] as const;
export type ExitConfirmer = (typeof EXIT_CONFIRMERS)[number];

export const EXIT_VERIFIERS = ['reviewingUnion', 'unitOrCommunityUnion'] as const;
export type ExitVerifier = (typeof EXIT_VERIFIERS)[number];

/** What the profile asks of an exit; fixed when the worker is told of it. */
export interface ExitTerms {
  noticeAlways: boolean;
  workerConfirms: boolean;
  grassrootsConfirms: boolean;
  /** Who verifies before a notice that is posted in any case. */
  verifiers: ExitVerifier[];
}

/** On which ground a file left. */
export type ExitRoute = 'bothConfirmed' | 'announcedAfterRefusal' | 'announced' | 'toldOnly';

/** 退出: told, confirmed or refused, verified, announced, concluded. Words and reasons stay with the commands. */
export interface Exit {
  kind: ExitKind;
  terms: ExitTerms;
  toldOn: PlainDate;
  /** Notices that the case had before this exit: its own ones come after them. */
  noticesBefore: number;
  workerConfirmedOn: PlainDate | null;
  grassrootsConfirmedOn: PlainDate | null;
  refusal: { on: PlainDate; valid: boolean } | null;
  verifications: { by: ExitVerifier; on: PlainDate }[];
  stoppedBy: 'validRefusal' | 'objection' | null;
  route: ExitRoute | null;
  effectiveOn: PlainDate | null;
}

/** 渐退期. */
export interface PhaseOut {
  months: number;
  endsOn: PlainDate;
  aidContinues: boolean;
  followUps: PlainDate[];
}

export type { ClassOrNone, HardshipClass };
