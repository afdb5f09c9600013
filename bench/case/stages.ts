import { shanghaiDateAt, type PlainDate } from '../../domain/calendar-date';
import type { CaseView } from '../../api/schemas/case';
import type { JsonObject } from '../../rehearse/json';

/** A command as it is sent: by whom, with what. */
export interface Command {
  operation: string;
  as: string;
  input: JsonObject;
}

/**
 * The commands of one Wuxi case from the application to the money, as people give them. Between two stages a public notice has to
 * run its days: the case's simulated clock is moved there, which is no command and is not timed.
 */
export const STAGES = [
  ['submitApplication', 'signAuthorization', 'acceptApplication', 'recordVisit', 'decidePreliminaryReview', 'postNotice'],
  ['recordComparison', 'decideUpperReview', 'postNotice'],
  ['proposeAidPlan', 'decideCollectively', 'prepareDisbursement', 'releaseDisbursement'],
] as const;

export type Operation = (typeof STAGES)[number][number];

/** How many commands each stage has. */
export const STAGE_LENGTHS = STAGES.map((stage) => stage.length);
export const COMMANDS_PER_CASE = STAGE_LENGTHS.reduce((sum, length) => sum + length, 0);

const FOUR_CLEAR = { family: '走访核实', cause: '与申请一致', need: '生活救助', aidReceived: '无' };
const VISITORS = [
  { name: '走访员一', kind: 'unionCadre' },
  { name: '走访员二', kind: 'volunteer' },
];

/** A command on a case that is under way, made from what the answers showed so far: the case, and its disbursement once there is one. */
export function commandOn({ view, disbursementId }: { view: CaseView; disbursementId?: string }, operation: Exclude<Operation, 'submitApplication'>): Command {
  const clerk = `${view.grassrootsOrgId}.clerk`;
  const reviewer = (role: string) => `${view.reviewerOrgId ?? ''}.${role}`;
  const owner = (role: string) => `${view.hardshipFile?.ownerOrgId ?? ''}.${role}`;
  const today = shanghaiDateAt(Date.parse(view.now));
  switch (operation) {
    case 'signAuthorization':
      return { operation, as: clerk, input: { signers: [1, 2], signedOn: today } };
    case 'acceptApplication':
      return { operation, as: clerk, input: {} };
    case 'recordVisit':
      return { operation, as: clerk, input: { visitedOn: today, visitors: VISITORS, fourClear: FOUR_CLEAR } };
    case 'decidePreliminaryReview':
      return { operation, as: clerk, input: { decision: 'pass', opinion: '情况属实' } };
    case 'postNotice':
      return view.state === 'notice1'
        ? { operation, as: clerk, input: { kind: 'first', medium: 'noticeBoard', place: 'employer' } }
        : { operation, as: reviewer('handler'), input: { kind: 'second', medium: 'officialAccount', place: 'sameLevelMedia' } };
    case 'recordComparison':
      return { operation, as: reviewer('handler'), input: { result: 'consistent' } };
    case 'decideUpperReview':
      return { operation, as: reviewer('handler'), input: { decision: 'pass', opinion: '同意' } };
    case 'proposeAidPlan':
      return { operation, as: reviewer('handler'), input: { items: [{ aidType: 'living', amountFen: 420_000 }] } };
    case 'decideCollectively':
      return { operation, as: reviewer('head'), input: approval(view, today) };
    case 'prepareDisbursement':
      return { operation, as: owner('finance'), input: { paymentIds: view.payments.map(({ id }) => id) } };
    case 'releaseDisbursement':
      return { operation, as: owner('treasurer'), input: { disbursementId } };
  }
}

function approval(view: CaseView, heldOn: PlainDate): JsonObject {
  const votes = ['head', 'leader', 'member1', 'member2'].map((role) => ({ user: `${view.reviewerOrgId ?? ''}.${role}`, vote: 'for' }));
  return { planId: view.aidPlans[0]?.id, heldOn, votes, minutes: '会议纪要' };
}
