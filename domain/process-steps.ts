import type { PlainDate } from './calendar-date';
import type { CaseEvent } from './case-events';
import { CASE_STATES, type CaseState } from './case-facts';
import type { CaseRecord } from './case-record';

/** One box of the flow chart for one case. */
export interface ProcessStep {
  step: CaseState;
  /** Number of the box in 附件2; empty where only another profile's procedure has it. */
  box: string;
  title: string;
  status: 'done' | 'current' | 'pending' | 'skipped' | 'ended';
  /** Day on which the case last came to this box. */
  since: PlainDate | null;
}

const BOXES: readonly { step: CaseState; box: string; title: string }[] = [
  { step: 'intake', box: '②③④⑤', title: '申请与核对承诺授权' },
  { step: 'visit', box: '⑩', title: '入户走访、收集资料' },
  { step: 'preliminaryReview', box: '⑩', title: '初审' },
  { step: 'notice1', box: '⑨', title: '公示' },
  { step: 'upperReview', box: '⑰⑭', title: '审核与信息比对' },
  { step: 'notice2', box: '', title: '同级媒体公示' },
  { step: 'planning', box: '⑬', title: '提出帮扶方案' },
  { step: 'collectiveApproval', box: '⑬⑪', title: '集体审批、建档、备案' },
  { step: 'disbursement', box: '⑫', title: '打卡发放帮扶资金，告知职工' },
  { step: 'active', box: '⑧', title: '动态管理' },
  { step: 'exiting', box: '⑦', title: '脱困退出并告知' },
  { step: 'phaseOut', box: '⑦', title: '渐退期' },
  { step: 'closed', box: '⑦', title: '撤档' },
];

/**
 * Where a case stands in the flow chart, box by box, for drawing it.
 *
 * @param events all events of the case, in order
 */
export function processSteps(record: CaseRecord, events: readonly CaseEvent[]): ProcessStep[] {
  const enteredOn = new Map<CaseState, PlainDate>([['intake', record.appliedOn]]);
  let stoppedAt: CaseState = 'intake';
  for (const event of events) {
    if (event.type !== 'phaseEntered') continue;
    enteredOn.set(event.state, event.effectiveOn);
    stoppedAt = event.state;
  }
  const hasEnded = record.state === 'rejected' || record.state === 'withdrawn';
  const isClosed = record.state === 'closed';
  const here = rank(hasEnded ? stoppedAt : record.state);
  return BOXES.map(({ step, box, title }) => {
    const place = rank(step) - here;
    const reached = place < 0 || isClosed ? 'done' : place > 0 ? 'pending' : hasEnded ? 'ended' : 'current';
    // After a return for correction, boxes ahead were entered before: they are ahead again.
    const isPassedOver = isSkipped(step, record);
    const since = place <= 0 && !isPassedOver ? (enteredOn.get(step) ?? null) : null;
    return { step, box, title, status: isPassedOver ? 'skipped' : reached, since };
  });
}

/** Boxes that this household does not pass: those of another profile, those before an imported file, a phase-out that was not given. */
function isSkipped(step: CaseState, record: CaseRecord): boolean {
  if (step === 'notice2' && record.standing?.noticesRequired === 1) return true;
  if (record.channel === null && rank(step) < rank('active')) return true;
  return step === 'phaseOut' && record.state === 'closed' && record.phaseOut === null;
}

function rank(state: CaseState): number {
  return CASE_STATES.indexOf(state);
}
