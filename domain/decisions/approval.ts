import { tallyVotes, type Vote } from '../collective-approval';
import type { PlainDate } from '../calendar-date';
import type { AidPlan, Payment } from '../case-facts';
import { accepted, refused } from '../refusal';
import { policyInForce } from '../reference';
import { checkDate, type Decide, type NewFact } from './decide';
import { establishFile } from './establish-file';

export interface ApprovalFacts {
  planId: string;
  heldOn: PlainDate;
  votes: Vote[];
}

/**
 * 集体审批: enough members, a majority, and no vote of whoever proposed the plan or handled the case (R-BZ-F12, A-30). A plan that passes
 * establishes the file of a household that has none yet.
 */
export const decideCollectively: Decide<ApprovalFacts> = (record, facts, context) => {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const plan = record.aidPlans.find((candidate) => candidate.id === facts.planId && candidate.state === 'proposed');
  if (!plan) return refused({ code: 'PLAN_UNKNOWN' });
  const wrongDate = checkDate('heldOn', facts.heldOn, context, plan.proposedOn);
  if (wrongDate) return wrongDate;
  const votersMin = policy.value.collectiveApproval.votersMin.value;
  const handlers = [...(record.duties?.caseHandler ?? []), ...(record.duties?.proposer ?? [])];
  const tally = tallyVotes({ votes: facts.votes, proposedBy: plan.proposedBy, handlers, votersMin });
  if (!tally.accepted) return tally;
  const decided: NewFact = {
    type: 'collectivelyDecided',
    planId: plan.id,
    heldOn: facts.heldOn,
    outcome: tally.value.outcome,
    for: tally.value.for,
    against: tally.value.against,
    abstained: tally.value.abstained,
    recused: tally.value.recused,
  };
  if (tally.value.outcome === 'rejected') return accepted([decided]);
  const file = record.hardshipFile ? [] : establishFile(record, facts.heldOn, context);
  return accepted([decided, ...file, { type: 'paymentsPlanned', payments: paymentsOf(plan) }]);
};

/** One payment per item that is money; help in kind is not paid out. */
function paymentsOf(plan: AidPlan): Payment[] {
  return plan.items
    .filter((item) => item.amountFen !== null && item.amountFen > 0)
    .map((item, index) => ({
      id: `${plan.id}-${index + 1}`,
      planId: plan.id,
      aidType: item.aidType,
      budgetLine: 'hardshipFile',
      amountFen: item.amountFen ?? 0,
      state: 'planned',
      paidOn: null,
      notifiedOn: null,
    }));
}
