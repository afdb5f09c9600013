import fc from 'fast-check';
import { tallyVotes } from '../../../domain/collective-approval';
import type { Vote } from '../../../domain/collective-approval';
import { refusalsOf, valueOf } from './given';

const votes = (...kinds: Vote['vote'][]): Vote[] =>
  kinds.map((vote, index) => ({ user: `member${index + 1}`, vote, entitled: true }));
const tally = (cast: Vote[]) => tallyVotes({ votes: cast, proposedBy: 'handler', votersMin: 3 });

describe('A-30', () => {
  test('more for than against passes', () => {
    expect(valueOf(tally(votes('for', 'for', 'against')))).toEqual({
      outcome: 'passed',
      for: 2,
      against: 1,
      abstained: 0,
      recused: 0,
    });
  });
  test('a tie is rejected', () => {
    expect(valueOf(tally(votes('for', 'for', 'against', 'against'))).outcome).toBe('rejected');
  });
  test('an abstention counts for the quorum and not for the majority', () => {
    expect(valueOf(tally(votes('for', 'abstain', 'abstain')))).toMatchObject({ outcome: 'passed', for: 1, abstained: 2 });
  });
  test('nothing but abstentions is not a majority', () => {
    expect(valueOf(tally(votes('abstain', 'abstain', 'abstain'))).outcome).toBe('rejected');
  });
  test('who is recused does not count for the quorum', () => {
    expect(refusalsOf(tally(votes('for', 'for', 'recused')))).toEqual([
      { code: 'QUORUM_NOT_MET', assumption: 'A-30', needed: 3, counted: 2 },
    ]);
  });
  test('the handler may be there, recused', () => {
    const cast = [...votes('for', 'for', 'for'), { user: 'handler', vote: 'recused' as const, entitled: true }];
    expect(valueOf(tally(cast))).toMatchObject({ outcome: 'passed', recused: 1 });
  });
  test.each(['for', 'against', 'abstain'] as const)('the handler may not vote %s', (vote) => {
    const [refusal] = refusalsOf(tally([...votes('for', 'for', 'for'), { user: 'handler', vote, entitled: true }]));
    expect(refusal).toEqual({ code: 'HANDLER_MAY_NOT_VOTE', assumption: 'A-30', user: 'handler' });
  });
  test('outsiders and second votes are named', () => {
    const cast: Vote[] = [
      ...votes('for', 'for', 'for'),
      { user: 'member1', vote: 'against', entitled: true },
      { user: 'guest', vote: 'for', entitled: false },
    ];
    expect(refusalsOf(tally(cast))).toEqual([{ code: 'VOTER_NOT_ENTITLED', users: ['member1', 'guest'] }]);
  });
  test.each(['for', 'against', 'abstain'] as const)('R-BZ-31: somebody near to the household may not vote %s, and fills no quorum', (vote) => {
    const cast: Vote[] = [...votes('for', 'for'), { user: 'uncle', vote, entitled: true, near: true }];
    expect(refusalsOf(tally(cast))).toEqual([
      { code: 'PERSON_RECUSED', rule: 'R-BZ-31', users: ['uncle'] },
      { code: 'QUORUM_NOT_MET', assumption: 'A-30', needed: 3, counted: 2 },
    ]);
  });
  test('R-BZ-31: somebody near to the household may be there, recused', () => {
    expect(valueOf(tally([...votes('for', 'for', 'for'), { user: 'uncle', vote: 'recused', entitled: true, near: true }]))).toMatchObject({ for: 3, recused: 1 });
  });
  test('all reasons come at once; votes that may not count do not fill the quorum', () => {
    const cast: Vote[] = [
      { user: 'member1', vote: 'for', entitled: true },
      { user: 'guest', vote: 'for', entitled: false },
      { user: 'handler', vote: 'for', entitled: true },
    ];
    expect(refusalsOf(tally(cast)).map(({ code }) => code)).toEqual([
      'HANDLER_MAY_NOT_VOTE',
      'VOTER_NOT_ENTITLED',
      'QUORUM_NOT_MET',
    ]);
  });
  test('the order of the votes does not matter, and one more for never turns a pass into a rejection', () => {
    const anyVotes = fc
      .array(fc.constantFrom<Vote['vote']>('for', 'against', 'abstain', 'recused'), { minLength: 3, maxLength: 9 })
      .map((kinds) => votes(...kinds));
    fc.assert(
      fc.property(anyVotes, (cast) => {
        const result = tally(cast);
        expect(tally([...cast].reverse())).toEqual(result);
        if (!result.accepted || result.value.outcome !== 'passed') return;
        expect(valueOf(tally([...cast, { user: 'late', vote: 'for', entitled: true }])).outcome).toBe('passed');
      }),
    );
  });
});
