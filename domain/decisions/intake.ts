import { addMonths, type PlainDate } from '../calendar-date';
import type { CaseRecord } from '../case-record';
import { adultMemberNos } from '../household-figures';
import { checkMaterials, type Material, type MaterialCheck } from '../materials';
import type { Policy } from '../policy';
import { accepted, refused } from '../refusal';
import { policyInForce } from '../reference';
import type { Decide } from './decide';
import { openNoticeClosed } from './notice';

/** More materials for the application (Attachment 1). */
export const addMaterials: Decide<{ items: Material[] }> = (_record, facts) => accepted([{ type: 'materialsAdded', items: facts.items }]);

/**
 * 受理: the application is complete and is taken in. All that is missing is named at once (R-BZ-32).
 *
 * Membership, laid-off or migrant status is never looked at (R-WX-06).
 */
export const acceptApplication: Decide<object> = (record, _facts, context) => {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const unsigned = unsignedAdults(record, policy.value, context.today);
  const materials = materialsOf(record, unsigned.length === 0);
  const papersMissing = materials.missing.filter((missing) => missing.requirement !== 'checkAuthorization');
  if (papersMissing.length > 0) return refused({ code: 'MATERIALS_MISSING', rule: 'R-BZ-32', missing: materials.missing });
  if (unsigned.length > 0) return refused({ code: 'AUTHORIZATION_MISSING', rule: 'R-BZ-A2', memberNos: unsigned });
  return accepted([{ type: 'applicationAccepted' }]);
};

/** 退回补正: back to the applicant, who keeps the case number. An open notice is taken down with it. */
export const returnForCorrection: Decide<object> = (record) =>
  accepted([...openNoticeClosed(record), { type: 'returnedForCorrection', from: record.state }]);

/** The applicant takes the application back, before a file exists. */
export const withdrawApplication: Decide<object> = (record) => accepted([...openNoticeClosed(record), { type: 'applicationWithdrawn' }]);

/**
 * Adult members whose authorisation is missing, taken back or too old on `today` (R-BZ-A2, A-31). Only those who are in the
 * household are looked at. A signature of somebody who has left stands in the record and carries nothing: the number is
 * never given to anybody else (access/number-bearers.ts), so it can only count again for whoever signed.
 */
export function unsignedAdults(record: CaseRecord, policy: Policy, today: PlainDate): number[] {
  return adultMemberNos(record.household, today, policy.authorization.adultAge.value).filter((memberNo) => {
    const signed = record.authorizations.find((authorization) => authorization.memberNo === memberNo);
    return !signed || (signed.validUntil ?? addMonths(signed.signedOn, policy.authorization.validityMonths.value)) < today;
  });
}

/** What the application's papers cover; validity counts on the day of application (R-BZ-A4). */
export function materialsOf(record: CaseRecord, authorizationSigned: boolean): MaterialCheck {
  return checkMaterials({
    materials: record.materials,
    claimedExpenses: record.claimedExpenses,
    onDate: record.appliedOn,
    authorizationSigned,
  });
}
