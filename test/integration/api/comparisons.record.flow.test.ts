import { QIAOCHENG } from '../given/application';
import { freshPerson } from '../given/id-number';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const HANDLER = 'bz-qiaocheng.handler';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

describe('Bozhou compares after the review (R-BZ-F11)', () => {
  test('no plan is proposed before the comparison', async () => {
    const walked = await givenCase(client, 'planning', { at: QIAOCHENG, figures: 'deep' });
    expect(walked.view).toMatchObject({ comparison: { required: true, state: 'awaited' }, awaiting: [{ command: 'recordComparison' }] });
    expectProblem(await walked.send('proposeAidPlan', HANDLER, walked.usual('proposeAidPlan')), 409, 'COMPARISON_REQUIRED');
    await walked.does('recordComparison');
    expect(walked.view).toMatchObject({ state: 'planning', comparison: { state: 'reported', result: 'consistent', reportedOn: walked.today() } });
    expect((await walked.does('proposeAidPlan')).state).toBe('collectiveApproval');
  });

  test.each(['undeclaredAsset', 'identityMismatch'])('%s, which the review did not know, calls for the review again, and it may pass again', async (result) => {
    const walked = await givenCase(client, 'planning', { at: QIAOCHENG, figures: 'deep' });
    const again = await walked.does('recordComparison', { result, findings: '名下有房产一处' });
    expect(again).toMatchObject({ state: 'upperReview', comparison: { state: 'reported', result }, awaiting: [{ command: 'decideUpperReview', orgId: 'bz-qiaocheng' }] });

    const planning = await walked.does('decideUpperReview', { decision: 'pass', opinion: '不影响认定' });
    expect(planning).toMatchObject({ state: 'planning', awaiting: [{ command: 'proposeAidPlan' }] });
    expect(planning.notices).toHaveLength(1);
    expect((await walked.walkTo('active')).hardshipFile).not.toBeNull();
  });

  test('the review that it calls for may also reject', async () => {
    const walked = await givenCase(client, 'planning', { at: QIAOCHENG, figures: 'deep' });
    await walked.does('recordComparison', { result: 'undeclaredAsset' });
    expect(await walked.does('decideUpperReview', { decision: 'reject', opinion: '隐瞒财产' })).toMatchObject({ state: 'rejected', hardshipFile: null });
  });

  test('income that takes every class away calls for the review again, which cannot pass it', async () => {
    const walked = await givenCase(client, 'planning', { at: QIAOCHENG, figures: 'deep' });
    const again = await walked.does('recordComparison', { result: 'undeclaredIncome', extraIncomeFen: 9_000_000 });
    expect(again).toMatchObject({ state: 'upperReview', hardshipClass: 'none' });
    expectProblem(await walked.send('decideUpperReview', HANDLER, { decision: 'pass', opinion: '同意' }), 422, 'CLASS_NOT_ELIGIBLE');
  });

  test('a little more income changes the class and nothing else', async () => {
    const walked = await givenCase(client, 'planning', { at: QIAOCHENG, figures: 'deep' });
    expect(await walked.does('recordComparison', { result: 'undeclaredIncome', extraIncomeFen: 200_000 })).toMatchObject({ state: 'planning', hardshipClass: 'relative' });
  });

  test('an accidental case is not compared', async () => {
    const walked = await givenCase(client, 'planning', { at: QIAOCHENG, figures: 'accidental' });
    expect(walked.view.comparison).toEqual({ required: false, state: 'notRequired', result: null, reportedOn: null });
    expectProblem(await walked.send('recordComparison', HANDLER, { result: 'consistent' }), 409, 'NOT_AWAITED');
    expect((await walked.does('proposeAidPlan')).state).toBe('collectiveApproval');
  });

  test('the file of a county is filed with the city', async () => {
    const walked = await givenCase(client, 'disbursement', { at: QIAOCHENG, figures: 'accidental' });
    expect(walked.view.filing).toEqual({ required: true, toOrgId: 'bz', submittedOn: walked.today() });
  });
});

describe('a comparison needs the authorisation of every adult', () => {
  test('of one whom only the visit found as well', async () => {
    const walked = await givenCase(client, 'visit');
    const { household } = walked.application;
    const spouse = { memberNo: 2, name: '岑禾禾', relation: 'spouse', ...freshPerson(), annualIncomeFen: 0 };
    await walked.does('recordVisit', { household: { ...household, members: [...household.members, spouse] } });
    await walked.walkTo('upperReview');
    const reply = await walked.send('recordComparison', walked.whoIsAwaited('recordComparison'), { result: 'consistent' });
    expect(expectProblem(reply, 409, 'AUTHORIZATION_MISSING')).toMatchObject({ rule: 'R-BZ-A2', memberNos: [2] });

    await walked.does('signAuthorization', { signers: [2] });
    expect((await walked.does('recordComparison')).comparison.state).toBe('reported');
  });

  test('that is not older than six months', async () => {
    const walked = await givenCase(client, 'upperReview');
    await walked.advanceTo('2024-09-04');
    expect((await walked.look()).authorization.complete).toBe(true);
    await walked.advanceTo('2024-09-05');
    expect(walked.view.authorization).toEqual({ complete: false, missingMemberNos: [1] });
    expectProblem(await walked.send('recordComparison', 'wx-liangxi.handler', { result: 'consistent' }), 409, 'AUTHORIZATION_MISSING');
  });
});

test('a comparison that is older than six months is due again before the plan', async () => {
  const walked = await givenCase(client, 'planning');
  const { reportedOn } = walked.view.comparison;
  expect(reportedOn).toBe('2024-03-12');
  await walked.advanceTo('2024-09-13');
  expectProblem(await walked.send('proposeAidPlan', 'wx-liangxi.handler', walked.usual('proposeAidPlan')), 409, 'COMPARISON_REQUIRED');
  await walked.does('signAuthorization');
  await walked.does('recordComparison');
  expect((await walked.does('proposeAidPlan')).state).toBe('collectiveApproval');
});
