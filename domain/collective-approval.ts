import { accepted, refused } from './refusal';
import type { Decision, Refusal } from './refusal';

export interface Vote {
  user: string;
  /** `recused` (回避): present but taking no part; counts neither for the quorum nor for the majority. */
  vote: 'for' | 'against' | 'abstain' | 'recused';
  /** Whether the user belongs to the body that decides. */
  entitled: boolean;
  /** Whether the case is that of somebody near to the user, who can only be recused then; left out where that is not so. */
  near?: true;
}

export interface VoteCount {
  outcome: 'passed' | 'rejected';
  for: number;
  against: number;
  abstained: number;
  recused: number;
}

/**
 * Counts a collective approval (集体审批): passed when more vote for than against; an abstention counts for the quorum only.
 *
 * All reasons against the count are given at once, in this order: HANDLER_MAY_NOT_VOTE when who proposed the plan or handled the case took part,
 * PERSON_RECUSED when somebody near to the household did, VOTER_NOT_ENTITLED for outsiders and for whoever voted twice, QUORUM_NOT_MET when fewer than `votersMin` valid votes remain.
 * @param votersMin least number of votes that are not recused
 * @see R-BZ-F12, A-30, R-BZ-31
 */
export function tallyVotes({
  votes,
  proposedBy,
  handlers = [],
  votersMin,
}: {
  votes: readonly Vote[];
  proposedBy: string;
  /** Others who handled the case: they do not judge their own work. */
  handlers?: readonly string[];
  votersMin: number;
}): Decision<VoteCount> {
  const isHandler = (user: string) => user === proposedBy || handlers.includes(user);
  const votingHandler = votes.find(({ user, vote }) => isHandler(user) && vote !== 'recused');
  const nearVoters = new Set(votes.filter(({ near, vote }) => near && vote !== 'recused').map(({ user }) => user));
  const wrongVoters = new Set(
    votes
      // Who proposed the plan or handled the case is no member of the body, and stands in the list to be recused.
      .filter((vote, index) => (!vote.entitled && !isHandler(vote.user)) || isSecondVote(votes, index))
      .map(({ user }) => user),
  );
  const counted = votes.filter((vote, index) => vote.entitled && !vote.near && !isHandler(vote.user) && !isSecondVote(votes, index));
  const present = counted.filter(({ vote }) => vote !== 'recused').length;

  const refusals: Refusal[] = [];
  if (votingHandler) refusals.push({ code: 'HANDLER_MAY_NOT_VOTE', assumption: 'A-30', user: votingHandler.user });
  if (nearVoters.size > 0) refusals.push({ code: 'PERSON_RECUSED', rule: 'R-BZ-31', users: [...nearVoters] });
  if (wrongVoters.size > 0) refusals.push({ code: 'VOTER_NOT_ENTITLED', users: [...wrongVoters] });
  if (present < votersMin) refusals.push({ code: 'QUORUM_NOT_MET', assumption: 'A-30', needed: votersMin, counted: present });
  const [first, ...others] = refusals;
  if (first) return refused(first, ...others);

  const countOf = (kind: Vote['vote']) => votes.filter(({ vote }) => vote === kind).length;
  const [inFavour, against] = [countOf('for'), countOf('against')];
  return accepted({
    outcome: inFavour > against ? 'passed' : 'rejected',
    for: inFavour,
    against,
    abstained: countOf('abstain'),
    recused: countOf('recused'),
  });
}

function isSecondVote(votes: readonly Vote[], index: number): boolean {
  return votes.findIndex(({ user }) => user === votes[index]?.user) !== index;
}
