import { LIANGXI } from '../given/application';
import { expectProblem } from '../given/problem';
import { ServiceClient, type Json } from '../given/service-client';
import { dayAfter, givenCase, type WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const HEAD = 'wx-liangxi.head';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

type Vote = 'for' | 'against' | 'abstain' | 'recused';

/** Votes of the county's group, in this order: head, leader, member1, member2, member3. */
function votes(...cast: Vote[]): Json[] {
  return ['head', 'leader', 'member1', 'member2', 'member3'].slice(0, cast.length).map((role, index) => ({ user: `wx-liangxi.${role}`, vote: cast[index] }));
}

const decide = (walked: WalkedCase, fields: Json) => walked.send('decideCollectively', HEAD, { ...walked.usual('decideCollectively'), ...fields });

test('a plan that is voted down is planned anew under the same case, and the new one establishes the file', async () => {
  const walked = await givenCase(client, 'collectiveApproval');
  const downVoted = await walked.does('decideCollectively', { votes: votes('against', 'against', 'for') });
  expect(downVoted).toMatchObject({ state: 'planning', collectiveApproval: { outcome: 'rejected' }, hardshipFile: null, payments: [] });
  expect(downVoted.awaiting.map(({ command }) => command)).toEqual(['proposeAidPlan']);

  await walked.does('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 200_000 }] });
  const today = walked.today();
  const passed = await walked.does('decideCollectively');
  expect(passed).toMatchObject({
    state: 'disbursement',
    aidPlans: [{ state: 'rejected' }, { state: 'approved', totalFen: 200_000 }],
    payments: [{ amountFen: 200_000, state: 'planned' }],
    collectiveApproval: { heldOn: today, outcome: 'passed' },
    hardshipFile: { ownerOrgId: LIANGXI.county, establishedOn: today },
    certificate: { kind: 'hardshipCertificate', state: 'issued' },
    syncs: [{ system: 'jsHardshipSystem', state: 'pending' }],
  });
});

test('a plan may hold help in kind: it is approved with the rest and not paid out', async () => {
  const walked = await givenCase(client, 'planning');
  await walked.does('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 100_000 }, { aidType: 'jobPlacement', measure: '推荐就业岗位', period: '2024年' }] });
  expect(walked.view.aidPlans[0]).toMatchObject({ totalFen: 100_000, items: [{ amountFen: 100_000 }, { amountFen: null, measure: '推荐就业岗位', period: '2024年' }] });
  expect((await walked.does('decideCollectively')).payments).toHaveLength(1);
});

test('a plan of help in kind alone is not in the way: with nothing to pay the file is active at once', async () => {
  const walked = await givenCase(client, 'planning');
  await walked.does('proposeAidPlan', { items: [{ aidType: 'legalAid', measure: '法律援助' }] });
  expect(await walked.does('decideCollectively')).toMatchObject({ state: 'active', payments: [], hardshipFile: { establishedOn: walked.today() } });
});

describe('the quorum', () => {
  test('is three votes that are not recused', async () => {
    const walked = await givenCase(client, 'collectiveApproval');
    const problem = expectProblem(await decide(walked, { votes: votes('for', 'for', 'recused', 'recused') }), 422, 'QUORUM_NOT_MET');
    expect(problem).toMatchObject({ needed: 3, counted: 2 });
    expectProblem(await decide(walked, { votes: [] }), 422, 'QUORUM_NOT_MET');
    expect((await walked.look()).state).toBe('collectiveApproval');
    expect((await decide(walked, { votes: votes('for', 'for', 'abstain', 'recused') })).body.state).toBe('disbursement');
  });

  test('does not help a plan without a majority: a tie is no majority', async () => {
    const walked = await givenCase(client, 'collectiveApproval');
    const { body } = await decide(walked, { votes: votes('for', 'for', 'against', 'against', 'abstain') });
    expect(body).toMatchObject({ state: 'planning', collectiveApproval: { outcome: 'rejected' } });
  });
});

describe('who votes', () => {
  test('whoever proposed the plan may not, but may be written down as recused', async () => {
    const walked = await givenCase(client, 'collectiveApproval');
    const proposer = 'wx-liangxi.handler';
    const problem = expectProblem(await decide(walked, { votes: [...votes('for', 'for', 'for'), { user: proposer, vote: 'for' }] }), 422, 'HANDLER_MAY_NOT_VOTE');
    expect(problem.user).toBe(proposer);
    const { status, body } = await decide(walked, { votes: [...votes('for', 'for', 'for'), { user: proposer, vote: 'recused' }] });
    expect([status, body.state]).toEqual([200, 'disbursement']);
  });

  test.each([
    ['somebody of another union', 'wx-xishan.leader'],
    ['somebody of the same union who is not of the group', 'wx-liangxi.finance'],
    ['somebody of the union above', 'wx.leader'],
    ['nobody known', 'wx-liangxi.ghost'],
  ])('not %s', async (_who, user) => {
    const walked = await givenCase(client, 'collectiveApproval');
    const problem = expectProblem(await decide(walked, { votes: [...votes('for', 'for', 'for'), { user, vote: 'for' }] }), 422, 'VOTER_NOT_ENTITLED');
    expect(problem.users).toEqual([user]);
  });

  test('and each of them once', async () => {
    const walked = await givenCase(client, 'collectiveApproval');
    const twice = [...votes('for', 'for', 'for'), { user: 'wx-liangxi.leader', vote: 'against' }];
    expectProblem(await decide(walked, { votes: twice }), 422, 'VOTER_NOT_ENTITLED');
  });
});

describe('what is decided', () => {
  test('is a plan that waits for it', async () => {
    const walked = await givenCase(client, 'collectiveApproval');
    const rejected = walked.view.aidPlans[0]!.id;
    await walked.does('decideCollectively', { votes: votes('against', 'against', 'against') });
    await walked.does('proposeAidPlan');
    for (const planId of [rejected, 'plan-x']) expectProblem(await decide(walked, { planId }), 409, 'PLAN_UNKNOWN');
  });

  test('on a day between the proposal and today', async () => {
    const walked = await givenCase(client, 'collectiveApproval');
    const proposedOn = walked.view.aidPlans[0]!.proposedOn;
    await walked.advanceTo(dayAfter(proposedOn));
    for (const heldOn of ['2024-01-02', dayAfter(walked.today())]) {
      expect(expectProblem(await decide(walked, { heldOn }), 422, 'DATE_NOT_POSSIBLE').field).toBe('heldOn');
    }
    const { body } = await decide(walked, { heldOn: proposedOn });
    expect(body.hardshipFile?.establishedOn).toBe(proposedOn);
  });

  test('by the head of the reviewing union itself', async () => {
    const walked = await givenCase(client, 'collectiveApproval');
    expectProblem(await walked.send('decideCollectively', 'wx.head', walked.usual('decideCollectively')), 403, 'FORBIDDEN');
  });
});
