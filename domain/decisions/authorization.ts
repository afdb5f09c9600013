import { addMonths, type PlainDate } from '../calendar-date';
import type { CaseRecord } from '../case-record';
import type { ConsentTerms, SignedConsent } from '../consent';
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
 * 核对承诺授权书 signed by members of the household (R-BZ-A2). Nobody's older paper brings back what he has taken back since.
 */
export const signAuthorization: Decide<AuthorizationFacts> = (record, { signers, signedOn, consent }, context) => {
  const unknown = unknownMembers(record, signers);
  if (unknown.length > 0) return refused({ code: 'MEMBER_UNKNOWN', memberNos: unknown });
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
 */
export const withdrawAuthorization: Decide<{ memberNos: number[]; withdrawnOn: PlainDate }> = (record, { memberNos, withdrawnOn }, context) => {
  const unknown = unknownMembers(record, memberNos);
  if (unknown.length > 0) return refused({ code: 'MEMBER_UNKNOWN', memberNos: unknown });
  const signed = record.authorizations.filter(({ memberNo }) => memberNos.includes(memberNo));
  const notSigned = memberNos.filter((no) => !signed.some(({ memberNo }) => memberNo === no));
  if (notSigned.length > 0) return refused({ code: 'AUTHORIZATION_NOT_SIGNED', memberNos: notSigned });
  return (
    checkDate('withdrawnOn', withdrawnOn, context, latest(signed.map(({ signedOn }) => signedOn))) ??
    accepted([{ type: 'authorizationWithdrawn', memberNos: [...new Set(memberNos)], withdrawnOn }])
  );
};

function unknownMembers({ household }: CaseRecord, memberNos: readonly number[]): number[] {
  return memberNos.filter((no) => !household.members.some((member) => member.memberNo === no));
}

function latest(dates: readonly PlainDate[]): PlainDate | undefined {
  return [...dates].sort().at(-1);
}
