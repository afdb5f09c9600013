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

/** Roles of the union's people (contract: organisations and people). `applicant` is the worker. */
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
  'admin',
] as const;
export type Role = (typeof ROLES)[number];

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
  /** `dropped`: it was waiting for approval when the application was returned. */
  state: 'proposed' | 'approved' | 'rejected' | 'dropped';
  proposedBy: string;
  proposedOn: PlainDate;
  totalFen: Fen;
  shortfallFen: Fen;
  items: AidPlanItem[];
}

export type PaymentState = 'planned' | 'prepared' | 'sent' | 'paid' | 'returned';

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
  state: 'prepared' | 'released' | 'settled';
  paymentIds: string[];
  preparedBy: string;
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

export interface Monitoring {
  group: MonitoringGroup;
  subReason: string | null;
  source: 'rejectedButStruggling';
  until: PlainDate | null;
}

export interface Recheck {
  everyMonths: number | null;
  nextDueOn: PlainDate | null;
}

export type { ClassOrNone, HardshipClass };
