import type { CaseRecord } from '../case-record';
import { personsOf } from '../duties';
import { accepted, refused } from '../refusal';
import type { Decide } from './decide';

export interface PreparationFacts {
  paymentIds: string[];
  /** Whether the holder of the bank account has the applicant's name; names are compared where they are kept. */
  payeeIsApplicant: boolean;
}

/** Finance prepares payments: only for a file (R-BZ-07), only to the applicant's own account, each payment once. */
export const prepareDisbursement: Decide<PreparationFacts> = (record, facts, context) => {
  if (!record.hardshipFile) return refused({ code: 'NO_FILE_NO_PAYMENT', rule: 'R-BZ-07' });
  const paymentIds = [...new Set(facts.paymentIds)];
  const unpayable = paymentIds.filter((id) => !isPayable(record, id));
  if (unpayable.length > 0 || paymentIds.length === 0) return refused({ code: 'PAYMENT_NOT_PAYABLE', paymentIds: unpayable });
  if (!facts.payeeIsApplicant) return refused({ code: 'PAYEE_NAME_MISMATCH', rule: 'R-BZ-07' });
  return accepted([{ type: 'disbursementPrepared', disbursementId: context.commandId, paymentIds }]);
};

/** Somebody other than the preparer releases the money (R-BZ-31); once. */
export const releaseDisbursement: Decide<{ disbursementId: string }> = (record, facts, context) => {
  const disbursement = record.disbursements.find((candidate) => candidate.id === facts.disbursementId);
  if (disbursement?.state !== 'prepared') return refused({ code: 'DISBURSEMENT_ALREADY_RELEASED' });
  const { preparedBy, preparedOnBehalfOf } = disbursement;
  const isPreparer = context.actor && personsOf(context.actor).some((person) => person === preparedBy || person === preparedOnBehalfOf);
  if (isPreparer) return refused({ code: 'SAME_PERSON_MAY_NOT_APPROVE', rule: 'R-BZ-31' });
  return accepted([{ type: 'disbursementReleased', disbursementId: disbursement.id }]);
};

/** Payments that nobody has prepared yet, or that the bank returned. */
export function isPayable(record: CaseRecord, paymentId: string): boolean {
  const payment = record.payments.find((candidate) => candidate.id === paymentId);
  return payment?.state === 'planned' || payment?.state === 'returned';
}
