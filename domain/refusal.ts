import type { PlainDate } from './calendar-date';
import type { ClassOrNone } from './hardship-class-names';
import type { Duty } from './duties';
import type { MissingMaterial } from './materials';
import type { Fen } from './money';
import type { ExitConfirmer, ExitVerifier, RecheckOutcome } from './case-facts';
import type { NoticePlace } from './policy';

/** What a case waits for, as told to whoever sent something else. */
export interface AwaitedCommand {
  command: string;
  role: string;
  orgId: string;
}

/** A rule said no. Not a fault: nothing is retried, and whoever asked is told which rule and what would help. */
export type Refusal =
  | { code: 'NOT_AWAITED'; awaiting: AwaitedCommand[] }
  | { code: 'VERSION_CONFLICT'; version: number }
  | { code: 'FORBIDDEN'; role: string; orgId: string }
  | { code: 'ID_NUMBER_INVALID'; paths: string[] }
  /** `linkedTo`: the case that it is in; left out for an applicant whose own it is not. */
  | { code: 'HOUSEHOLD_ALREADY_FILED'; rule: 'R-QHD-12'; linkedTo?: string }
  | { code: 'GRASSROOTS_UNION_UNKNOWN'; rule: 'R-BZ-14a' }
  | { code: 'SIMULATION_OFF' }
  | { code: 'SIMULATION_TARGET_NOT_POSSIBLE'; now: string }
  | { code: 'DATE_NOT_POSSIBLE'; field: string; earliest?: PlainDate; latest?: PlainDate }
  | { code: 'MEMBER_UNKNOWN'; memberNos: number[] }
  | { code: 'MEMBER_NUMBER_TAKEN'; memberNos: number[] }
  | { code: 'MATERIALS_MISSING'; rule: 'R-BZ-32'; missing: MissingMaterial[] }
  | { code: 'AUTHORIZATION_MISSING'; rule: 'R-BZ-A2'; memberNos: number[] }
  | { code: 'AUTHORIZATION_NOT_SIGNED'; memberNos: number[] }
  | { code: 'SIGNATURE_OF_ANOTHER'; rule: 'R-BZ-A2'; memberNos: number[] }
  | { code: 'DOCUMENT_NOT_USABLE'; documentIds: string[] }
  | { code: 'VISIT_INCOMPLETE'; rule: 'R-JS-13'; missing: string[] }
  | { code: 'CLASS_NOT_ELIGIBLE'; eligible: ClassOrNone[] }
  | { code: 'CLASS_REASON_REQUIRED'; recommended: ClassOrNone }
  | { code: 'COMPARISON_REQUIRED'; rule: 'R-JS-18' | 'R-BZ-F11' }
  | { code: 'NOTICE_PLACE_NOT_ALLOWED'; allowed: NoticePlace[] }
  | { code: 'CALENDAR_NOT_COVERED'; coveredFrom: PlainDate; coveredUntil: PlainDate }
  | { code: 'LIVING_STANDARD_MISSING'; regionCode: string; onDate: PlainDate }
  | { code: 'POLICY_VALUE_MISSING'; profile: string; missing: string[] }
  | { code: 'OBJECTION_UNKNOWN' }
  | { code: 'OBJECTION_ALREADY_RESOLVED' }
  | { code: 'TOO_MANY_OBJECTIONS'; max: number }
  | { code: 'BELOW_MIN_LIVING_FLOOR'; rule: 'R-BZ-08'; missingFen: Fen; shortfallFen: Fen }
  | { code: 'MEDICAL_CAP_EXCEEDED'; rule: 'R-WX-26'; capFen: Fen; paidFen: Fen; remainingFen: Fen }
  | { code: 'PLAN_UNKNOWN' }
  | { code: 'QUORUM_NOT_MET'; assumption: 'A-30'; needed: number; counted: number }
  | { code: 'HANDLER_MAY_NOT_VOTE'; assumption: 'A-30'; user: string }
  | { code: 'VOTER_NOT_ENTITLED'; users: string[] }
  | { code: 'NO_FILE_NO_PAYMENT'; rule: 'R-BZ-07' }
  | { code: 'PAYEE_NAME_MISMATCH'; rule: 'R-BZ-07' }
  | { code: 'PAYMENT_NOT_PAYABLE'; paymentIds: string[] }
  | { code: 'DISBURSEMENT_ALREADY_RELEASED' }
  | { code: 'DISBURSEMENT_DROPPED' }
  | { code: 'SAME_PERSON_MAY_NOT_APPROVE'; rule: 'R-BZ-31' }
  | { code: 'CONFLICT_OF_INTEREST'; rule: 'R-BZ-31'; user: string; duty: Duty }
  /** Named for something in the case by somebody else, and near to the household (回避). */
  | { code: 'PERSON_RECUSED'; rule: 'R-BZ-31'; users: string[] }
  | { code: 'LIVING_STANDARD_PUBLISHED'; regionCode: string; fenPerPersonMonth: Fen }
  | { code: 'OUTCOME_NOT_SUPPORTED'; rule: 'R-WX-18' | 'R-WX-28' | 'R-QHD-05'; outcome: RecheckOutcome; supported: RecheckOutcome[] }
  | { code: 'REASON_REQUIRED'; rule: 'R-WX-29' }
  | { code: 'AID_REDUCTION_WITHOUT_CHANGE'; rule: 'R-WX-19'; currentFen: Fen; reviewPeriodEndsOn: PlainDate | null }
  | { code: 'EXIT_EVIDENCE_TOO_OLD'; rule: string; visitedOn: PlainDate | null; earliest: PlainDate }
  | { code: 'EXIT_CONFIRMATION_MISSING'; rule: 'R-WX-30'; missing: ExitConfirmer[] }
  | { code: 'EXIT_VERIFICATION_INCOMPLETE'; rule: 'R-WX-31' | 'R-YN-18'; missing: ExitVerifier[] }
  | { code: 'EXIT_REFUSED_WITH_VALID_REASON'; rule: 'R-WX-31' }
  | { code: 'EXIT_NOTICE_REQUIRED'; rule: 'R-WX-31' | 'R-YN-18' }
  | { code: 'PHASE_OUT_TOO_LONG'; rule: 'R-WX-33'; maxMonths: number }
  | { code: 'PHASE_OUT_NOT_ALLOWED'; allowedMonths: number[] };

export type RefusalCode = Refusal['code'];

/** A decision of a rule: a value, or all the reasons against it at once, so that the applicant comes only once (R-BZ-32). */
export type Decision<T> = { accepted: true; value: T } | { accepted: false; refusals: [Refusal, ...Refusal[]] };

export function accepted<T>(value: T): Decision<T> {
  return { accepted: true, value };
}

export function refused<T>(...refusals: [Refusal, ...Refusal[]]): Decision<T> {
  return { accepted: false, refusals };
}
