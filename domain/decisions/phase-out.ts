import type { PlainDate } from '../calendar-date';
import type { HardshipClass } from '../hardship-class-names';
import { accepted, refused } from '../refusal';
import { policyInForce } from '../reference';
import { checkDate, type Decide, type NewFact } from './decide';
import { standAs } from './recheck';
import { scheduleFrom } from './recheck-schedule';

/** 跟踪调查 by the contact person (R-WX-32, R-BZ-18). */
export const recordFollowUp: Decide<{ metOn: PlainDate }> = (record, { metOn }, context) =>
  checkDate('metOn', metOn, context, record.exit?.effectiveOn ?? undefined) ?? accepted([{ type: 'followUpRecorded', metOn }]);

/** 返困 inside the phase-out: a visit comes first, and until it is decided the file does not leave (R-WX-34, A-23). */
export const reportRelapse: Decide<object> = () => accepted([{ type: 'relapseReported' }]);

/** The visit found no relapse: the phase-out goes on. */
export const dismissRelapse: Decide<object> = () => accepted([{ type: 'relapseDismissed' }]);

/**
 * 返困即入: the same file is active again (R-WX-34, A-23), and its rechecks count from today. Figures that the
 * visit brought have to bear the class out.
 */
export const reopenFile: Decide<{ hardshipClass: HardshipClass }> = (record, { hardshipClass }, context) => {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const { assessment, relapse } = record;
  if (relapse?.assessed && assessment && policy.value.classes && !assessment.eligible.includes(hardshipClass)) {
    return refused({ code: 'CLASS_NOT_ELIGIBLE', eligible: assessment.eligible });
  }
  const reopened: NewFact[] = [{ type: 'fileReopened' }, ...standAs(record, hardshipClass, policy.value, assessment?.recommended !== hardshipClass)];
  return accepted([...reopened, scheduleFrom({ ...record, hardshipClass }, policy.value, context.today)]);
};
