import type { NoticeKind, NoticeMedium } from '../case-facts';
import { latestNotice, type CaseRecord } from '../case-record';
import { incompleteVerification, missingVerifications } from '../exit';
import type { NoticePlace, Policy } from '../policy';
import { accepted, refused } from '../refusal';
import { policyInForce } from '../reference';
import { noticePeriod } from '../working-days';
import type { Decide, NewFact } from './decide';

export interface NoticeFacts {
  kind: NoticeKind;
  medium: NoticeMedium;
  place: NoticePlace;
  byOrgId: string;
}

/** Objections to one notice that the record takes: the endpoint is open to everyone and must not be able to drown a case. */
const OBJECTIONS_MAX = 100;

/** 公示: posted today, open until 24:00 of the last of its working days, the day of posting not counted. */
export const postNotice: Decide<NoticeFacts> = (record, facts, context) => {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  // The exit notice comes after the verifications it tells of (R-WX-31, R-YN-18).
  const unverified = facts.kind === 'exit' && record.exit ? missingVerifications(record.exit) : [];
  if (record.exit && unverified.length > 0) return refused(incompleteVerification(record.exit, unverified));
  const allowed = placesOf(facts.kind, policy.value).filter((place) => place !== 'employer' || record.territory.hasEmployer);
  if (!allowed.includes(facts.place)) return refused({ code: 'NOTICE_PLACE_NOT_ALLOWED', allowed });
  const period = noticePeriod(context.today, policy.value.notice.workingDays.value, context.reference.calendar);
  if (!period.accepted) return period;
  return accepted([{ type: 'noticePosted', ...facts, postedOn: context.today, closesOn: period.value.closesOn }]);
};

/** What takes down a notice that is open when the case leaves the road it was posted for. */
export function openNoticeClosed(record: CaseRecord): NewFact[] {
  const open = record.notices.findLast((notice) => notice.closedOn === null);
  return open ? [{ type: 'noticeClosed', kind: open.kind, outcome: 'abandoned' }] : [];
}

/** 异议: anybody may object while the notice is open (R-WX-04, R-WX-11). */
export const raiseObjection: Decide<{ kind: NoticeKind }> = (record, facts, context) => {
  const notice = latestNotice(record, facts.kind);
  if (!notice || context.today > notice.closesOn) return refused({ code: 'NOT_AWAITED', awaiting: [] });
  if (notice.objections.length >= OBJECTIONS_MAX) return refused({ code: 'TOO_MANY_OBJECTIONS', max: OBJECTIONS_MAX });
  return accepted([{ type: 'objectionRaised', kind: facts.kind, objectionId: context.commandId }]);
};

export interface ObjectionResolution {
  kind: NoticeKind;
  objectionId: string;
  outcome: 'sustained' | 'dismissed';
}

/** The finding on an objection. Sustained, it ends the notice at once. */
export const resolveObjection: Decide<ObjectionResolution> = (record, facts) => {
  const objection = latestNotice(record, facts.kind)?.objections.find((candidate) => candidate.id === facts.objectionId);
  if (!objection) return refused({ code: 'OBJECTION_UNKNOWN' });
  if (objection.outcome) return refused({ code: 'OBJECTION_ALREADY_RESOLVED' });
  return accepted([{ type: 'objectionResolved', ...facts }]);
};

function placesOf(kind: NoticeKind, policy: Policy): NoticePlace[] {
  switch (kind) {
    case 'second':
      return policy.notice.secondPlaces?.value ?? policy.notice.firstPlaces.value;
    case 'first':
    case 'exit':
      return policy.notice.firstPlaces.value;
  }
}
