import type { CaseView } from '../../api/schemas/case';
import { shanghaiDateAt } from '../../domain/calendar-date';
import { HARDSHIP_CLASSES } from '../../domain/hardship-class-names';
import type { JsonObject } from '../../rehearse/json';
import { approval, FOUR_CLEAR, LIFTED_OUT, VISITORS } from '../stack/case-walk';
import type { Random } from './random';

/** What the bank's sandbox pays. */
const GOOD_CARD = '6200010000000007919';
const TEXT = '情况说明';
/** The sample household, fallen back into hardship: deep in either place. */
const NEEDY = { ...LIFTED_OUT, members: LIFTED_OUT.members.map((member) => ({ ...member, annualIncomeFen: member.memberNo === 1 ? 3_600_000 : 0 })), rigidExpenses: { ...LIFTED_OUT.rigidExpenses, medicalFen: 1_500_000 } };

/** A step that a case says is possible. */
export interface Possible {
  command: string;
  kind: string | null;
  role: string;
  orgId: string;
}

/** How a body is made: as chance has it, or so that the case goes home. */
export interface Intention {
  random: Random;
  /** Every decision is the one that leads to the end of the file. */
  goesHome: boolean;
  /** Whether the case has a clock that can be moved; on real time nobody waits for a date. */
  isSimulated: boolean;
}

type InputOf = (view: CaseView, step: Possible, intention: Intention) => JsonObject;

/** A body for each command that a case may be waiting for. */
export const INPUTS: Record<string, InputOf> = {
  signAuthorization: (view) => ({ signers: [1, 2], signedOn: todayOf(view) }),
  withdrawAuthorization: (view) => ({ memberNos: [2], withdrawnOn: todayOf(view) }),
  addMaterials: ({ materials }, _step, { random }) => {
    const missing = materials.missing.flatMap(({ anyOf: [kind] }) => (kind ? [{ kind, ...(kind === 'bankStatement' ? { coversAllMembers: true } : {}) }] : []));
    return { items: missing.length > 0 ? missing : [{ kind: random.pick(['studentCard', 'medicalBill', 'tuitionInvoice']) }] };
  },
  acceptApplication: () => ({}),
  returnForCorrection: () => ({ reason: TEXT }),
  withdrawApplication: () => ({ reason: TEXT }),
  recordVisit: (view) => ({ visitedOn: todayOf(view), visitors: VISITORS, fourClear: FOUR_CLEAR, ...(view.previousCaseId ? { household: NEEDY } : {}) }),
  decidePreliminaryReview: (_view, _step, intention) => ({ decision: reviewed(intention), opinion: TEXT }),
  // Who has no class cannot pass here.
  decideUpperReview: ({ hardshipClass }, _step, intention) => ({ decision: hardshipClass === 'none' ? 'reject' : reviewed(intention), opinion: TEXT }),
  postNotice: (_view, { kind }) => ({ kind, medium: 'noticeBoard', place: kind === 'second' ? 'sameLevelMedia' : 'employer' }),
  raiseObjection: (_view, { kind }) => ({ kind, about: TEXT }),
  resolveObjection: (view, { kind }, { random, goesHome }) => {
    const open = view.notices.findLast((notice) => notice.kind === kind)?.objections.find(({ outcome }) => outcome === null);
    return { kind, objectionId: open?.id ?? 'none', outcome: !goesHome && random.chance(0.12) ? 'sustained' : 'dismissed', finding: TEXT };
  },
  recordComparison: (_view, _step, { random, goesHome }) => ({ result: !goesHome && random.chance(0.1) ? 'undeclaredAsset' : 'consistent' }),
  proposeAidPlan: ({ assessment }, _step, { random }) => ({
    // The first item alone lifts the household to the living standard, where the profile asks for that.
    items: [{ aidType: 'living', amountFen: Math.max(10_000, assessment ? assessment.thresholdsFen['1x'] - assessment.netFen : 0) }, ...(random.chance(0.4) ? [{ aidType: 'medical', amountFen: 1_000 * random.between(1, 50) }] : [])],
  }),
  decideCollectively: (view, { orgId }, { random, goesHome }) => {
    const meeting = approval({ ...view, reviewerOrgId: orgId }, todayOf(view));
    const votes = meeting.votes as { user: string; vote: string }[];
    return !goesHome && random.chance(0.15) ? { ...meeting, votes: votes.map((vote) => ({ ...vote, vote: 'against' })) } : meeting;
  },
  prepareDisbursement: (view) => ({ paymentIds: view.payments.filter(({ state }) => state === 'planned' || state === 'returned').map(({ id }) => id) }),
  releaseDisbursement: (view) => ({ disbursementId: view.disbursements.find(({ state }) => state === 'prepared')?.id ?? 'none' }),
  updateFile: ({ bankAccount }, _step, { random }) => ({
    visit: random.chance(0.5),
    ...(bankAccount ? { bankAccount: { holderName: bankAccount.holderName, bankName: bankAccount.bankName, cardNumber: GOOD_CARD } } : {}),
  }),
  changeAidLevel: (view, _step, { random }) => ({ monthlyLivingAidFen: (view.monthlyLivingAidFen ?? 60_000) + 1_000 * random.between(-1, 3) }),
  recordRecheck: recheckInput,
  notifyExit: () => ({}),
  confirmExit: (_view, { kind }) => ({ by: kind }),
  refuseExit: (_view, _step, { random }) => ({ validReason: random.chance(0.4), reason: TEXT }),
  verifyExit: (_view, { kind }) => ({ by: kind, finding: TEXT }),
  concludeExit: () => ({ contactPerson: '联系人甲' }),
  recordFollowUp: (view) => ({ metOn: todayOf(view), finding: TEXT }),
  reportRelapse: () => ({ cause: 'majorIllness', about: TEXT }),
  dismissRelapse: () => ({ reason: TEXT }),
  reopenFile: (view) => ({ hardshipClass: view.hardshipClass, reason: TEXT }),
};

export function todayOf(view: CaseView): string {
  return shanghaiDateAt(Date.parse(view.now));
}

function reviewed({ random, goesHome }: Intention): string {
  if (goesHome) return 'pass';
  return random.weigh([
    { weight: 90, value: 'pass' },
    { weight: 5, value: 'return' },
    { weight: 5, value: 'reject' },
  ]);
}

function recheckInput(view: CaseView, _step: Possible, { random, goesHome, isSimulated }: Intention): JsonObject {
  const done = { doneOn: todayOf(view), visitedOn: todayOf(view) };
  const liftOut = { ...done, outcome: 'liftOut', household: LIFTED_OUT };
  const cancel = { ...done, outcome: 'cancel', reason: TEXT };
  if (goesHome) return isSimulated ? liftOut : cancel;
  const others = HARDSHIP_CLASSES.filter((candidate) => candidate !== view.hardshipClass);
  return random.weigh<JsonObject>([
    { weight: 50, value: { ...done, outcome: 'keep' } },
    // A cancelled file has no phase-out that would have to be waited for.
    { weight: isSimulated ? 25 : 0, value: liftOut },
    { weight: 10, value: cancel },
    { weight: 15, value: { ...done, outcome: 'changeClass', hardshipClass: random.pick(others), reason: TEXT } },
  ]);
}
