import { addMonths, type PlainDate } from '../calendar-date';
import type { CaseRecord } from '../case-record';
import type { ConsentTerms, SignedConsent } from '../consent';
import { adultMemberNos } from '../household-figures';
import { policyInForce } from '../reference';
import { accepted, refused } from '../refusal';
import { checkDate, type Decide, type DecisionContext } from './decide';

export interface AuthorizationFacts {
  signers: number[];
  signedOn: PlainDate;
  /** Left out by older releases, which kept no text. */
  consent?: ConsentTerms;
}

/**
 * 核对承诺授权书 signed by members of the household (R-BZ-A2). Nobody's older paper brings back what he has taken back since. An applicant
 * who enters it himself signs for himself; for other adults he names the paper that they have signed.
 */
export const signAuthorization: Decide<AuthorizationFacts> = (record, { signers, signedOn, consent }, context) => {
  const unknown = unknownMembers(record, signers);
  if (unknown.length > 0) return refused({ code: 'MEMBER_UNKNOWN', memberNos: unknown });
  const others = consent?.documentId ? [] : othersThan(signers, record, context);
  if (others.length > 0) return refused({ code: 'SIGNATURE_OF_ANOTHER', rule: 'R-BZ-A2', memberNos: others });
  const withdrawnOn = latest((record.withdrawnAuthorizations ?? []).filter(({ memberNo }) => signers.includes(memberNo)).map((one) => one.withdrawnOn));
  return (
    checkDate('signedOn', signedOn, context, withdrawnOn) ??
    accepted([{ type: 'authorizationSigned', signers: [...new Set(signers)], signedOn, ...(consent && { consent: pinned(consent, signedOn, context) }) }])
  );
};

/** The terms as they are recorded: for how long they hold is settled when they are signed, and no later policy makes it longer. */
function pinned({ textMonths, ...terms }: ConsentTerms, signedOn: PlainDate, context: DecisionContext): SignedConsent {
  const policy = policyInForce(context.reference, context.today);
  const months = [...(policy.accepted ? [policy.value.authorization.validityMonths.value] : []), ...(textMonths === null ? [] : [textMonths])];
  return { ...terms, validUntil: months.length === 0 ? null : addMonths(signedOn, Math.min(...months)) };
}

/**
 * 撤回授权: somebody takes back what he has signed. What was compared before stays; nothing is compared on it any more, until he signs anew.
 * An applicant takes back his own: others come to the union with theirs.
 */
export const withdrawAuthorization: Decide<{ memberNos: number[]; withdrawnOn: PlainDate }> = (record, { memberNos, withdrawnOn }, context) => {
  const unknown = unknownMembers(record, memberNos);
  if (unknown.length > 0) return refused({ code: 'MEMBER_UNKNOWN', memberNos: unknown });
  const others = othersThan(memberNos, record, context);
  if (others.length > 0) return refused({ code: 'SIGNATURE_OF_ANOTHER', rule: 'R-BZ-A2', memberNos: others });
  const signed = record.authorizations.filter(({ memberNo }) => memberNos.includes(memberNo));
  const notSigned = memberNos.filter((no) => !signed.some(({ memberNo }) => memberNo === no));
  if (notSigned.length > 0) return refused({ code: 'AUTHORIZATION_NOT_SIGNED', memberNos: notSigned });
  return (
    checkDate('withdrawnOn', withdrawnOn, context, latest(signed.map(({ signedOn }) => signedOn))) ??
    accepted([{ type: 'authorizationWithdrawn', memberNos: [...new Set(memberNos)], withdrawnOn }])
  );
};

/** Adults among these members for whom an applicant has nothing but his own word; none where the union enters it, which has seen the paper. */
function othersThan(memberNos: readonly number[], { household }: CaseRecord, { actor, reference, today }: DecisionContext): number[] {
  if (!actor?.roles.includes('applicant')) return [];
  const policy = policyInForce(reference, today);
  // Without a policy nobody knows from when on somebody is of age: nobody signs for another then.
  const adults = policy.accepted ? adultMemberNos(household, today, policy.value.authorization.adultAge.value) : household.members.map(({ memberNo }) => memberNo);
  return household.members.filter(({ memberNo, relation }) => relation !== 'self' && memberNos.includes(memberNo) && adults.includes(memberNo)).map(({ memberNo }) => memberNo);
}

function unknownMembers({ household }: CaseRecord, memberNos: readonly number[]): number[] {
  return memberNos.filter((no) => !household.members.some((member) => member.memberNo === no));
}

function latest(dates: readonly PlainDate[]): PlainDate | undefined {
  return [...dates].sort().at(-1);
}
