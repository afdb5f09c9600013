import type { RefusalCode } from '../domain/refusal';

/** HTTP status of a refusal: 409 where the state of the case says no, 422 where the figures or the input do. */
export function statusOf(code: RefusalCode): number {
  switch (code) {
    case 'FORBIDDEN':
    case 'CONFLICT_OF_INTEREST':
      return 403;
    case 'OBJECTION_UNKNOWN':
      return 404;
    case 'VERSION_CONFLICT':
      return 412;
    case 'NOT_AWAITED':
    case 'HOUSEHOLD_ALREADY_FILED':
    case 'COMPARISON_REQUIRED':
    case 'AUTHORIZATION_MISSING':
    case 'AUTHORIZATION_NOT_SIGNED':
    case 'MATERIALS_MISSING':
    case 'OBJECTION_ALREADY_RESOLVED':
    case 'TOO_MANY_OBJECTIONS':
    case 'PLAN_UNKNOWN':
    case 'NO_FILE_NO_PAYMENT':
    case 'PAYMENT_NOT_PAYABLE':
    case 'DISBURSEMENT_ALREADY_RELEASED':
    case 'DISBURSEMENT_DROPPED':
    case 'AID_REDUCTION_WITHOUT_CHANGE':
    case 'EXIT_EVIDENCE_TOO_OLD':
    case 'EXIT_CONFIRMATION_MISSING':
    case 'EXIT_VERIFICATION_INCOMPLETE':
    case 'EXIT_REFUSED_WITH_VALID_REASON':
    case 'EXIT_NOTICE_REQUIRED':
      return 409;
    case 'ID_NUMBER_INVALID':
    case 'GRASSROOTS_UNION_UNKNOWN':
    case 'SIMULATION_OFF':
    case 'SIMULATION_TARGET_NOT_POSSIBLE':
    case 'DATE_NOT_POSSIBLE':
    case 'MEMBER_UNKNOWN':
    case 'SIGNATURE_OF_ANOTHER':
    case 'MEMBER_NUMBER_TAKEN':
    case 'DOCUMENT_NOT_USABLE':
    case 'VISIT_INCOMPLETE':
    case 'CLASS_NOT_ELIGIBLE':
    case 'CLASS_REASON_REQUIRED':
    case 'NOTICE_PLACE_NOT_ALLOWED':
    case 'CALENDAR_NOT_COVERED':
    case 'LIVING_STANDARD_MISSING':
    case 'POLICY_VALUE_MISSING':
    case 'BELOW_MIN_LIVING_FLOOR':
    case 'MEDICAL_CAP_EXCEEDED':
    case 'QUORUM_NOT_MET':
    case 'HANDLER_MAY_NOT_VOTE':
    case 'VOTER_NOT_ENTITLED':
    case 'PAYEE_NAME_MISMATCH':
    case 'SAME_PERSON_MAY_NOT_APPROVE':
    case 'PERSON_RECUSED':
    case 'LIVING_STANDARD_PUBLISHED':
    case 'OUTCOME_NOT_SUPPORTED':
    case 'REASON_REQUIRED':
    case 'PHASE_OUT_TOO_LONG':
    case 'PHASE_OUT_NOT_ALLOWED':
      return 422;
  }
}
