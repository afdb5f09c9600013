import type { CaseRecord } from '../case-record';
import { personsOf } from '../duties';
import { accepted, refused } from '../refusal';
import type { Decide, NewFact } from './decide';

export interface PreparationFacts {
  paymentIds: string[];
  /** Whether the holder of the bank account has the applicant's name; names are compared where they are kept. */
  payeeIsApplicant: boolean;
  /** Version of the case from which on the account on file was looked at; senders of before 0.3 leave it out. */
  accountSeenAt?: number;
}

/**
 * Finance prepares payments: only for a file (R-BZ-07), only to the applicant's own account, each payment once. The
 * account is the one that was looked at: one that came while the command was on its way has had its name compared by nobody.
 */
export const prepareDisbursement: Decide<PreparationFacts> = (record, facts, context) => {
  if (!record.hardshipFile) return refused({ code: 'NO_FILE_NO_PAYMENT', rule: 'R-BZ-07' });
  const paymentIds = [...new Set(facts.paymentIds)];
  const unpayable = paymentIds.filter((id) => !isPayable(record, id));
  if (unpayable.length > 0 || paymentIds.length === 0) return refused({ code: 'PAYMENT_NOT_PAYABLE', paymentIds: unpayable });
  if (accountChangedAfter(record, facts.accountSeenAt)) return refused({ code: 'VERSION_CONFLICT', version: record.version });
  if (!facts.payeeIsApplicant) return refused({ code: 'PAYEE_NAME_MISMATCH', rule: 'R-BZ-07' });
  return accepted([{ type: 'disbursementPrepared', disbursementId: context.commandId, paymentIds }]);
};

/** Somebody other than the preparer releases the money (R-BZ-31); once. */
export const releaseDisbursement: Decide<{ disbursementId: string }> = (record, facts, context) => {
  const disbursement = record.disbursements.find((candidate) => candidate.id === facts.disbursementId);
  if (disbursement?.state === 'dropped') return refused({ code: 'DISBURSEMENT_DROPPED' });
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

/** What is prepared and not released, taken back: its payments can be prepared anew. */
export function preparedDropped({ disbursements }: CaseRecord): NewFact[] {
  return disbursements.filter(({ state }) => state === 'prepared').map(({ id }) => ({ type: 'disbursementDropped', disbursementId: id }));
}

/** Whether another account came on file after somebody looked at it. @param seenAt version of the case then; undefined: nobody says when */
export function accountChangedAfter({ bankAccountChangedAt = 0 }: CaseRecord, seenAt: number | undefined): boolean {
  return seenAt !== undefined && bankAccountChangedAt > seenAt;
}
