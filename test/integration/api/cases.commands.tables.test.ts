import { LIANGXI, WUHUA, givenApplication } from '../given/application';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase, WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

describe('a notice that would end beyond the calendar', () => {
  test('is refused with the range that is covered, and nothing is written', async () => {
    const walked = await givenCase(client, 'notice1', { startsOn: '2026-12-28' });
    const before = walked.view;
    const problem = expectProblem(await walked.send('postNotice', walked.clerk, walked.usual('postNotice')), 422, 'CALENDAR_NOT_COVERED');
    expect(problem).toMatchObject({ coveredFrom: '2023-01-01', coveredUntil: '2026-12-31' });
    expect({ ...(await walked.look()), now: before.now }).toEqual(before);
  });

  test('leaves the case awaiting the notice, and free to be returned or withdrawn', async () => {
    const walked = await givenCase(client, 'notice1', { startsOn: '2026-12-28' });
    await walked.send('postNotice', walked.clerk, walked.usual('postNotice'));
    expect((await walked.look()).awaiting.map(({ command }) => command)).toEqual(['postNotice']);
    expect((await walked.does('returnForCorrection')).state).toBe('intake');
    expect((await walked.does('withdrawApplication')).state).toBe('withdrawn');
  });

  test('is no obstacle to a notice that ends on the last day covered', async () => {
    // 24, 25, 28, 29, 30 December 2026 are the five working days.
    const walked = await givenCase(client, 'notice1', { startsOn: '2026-12-23' });
    const { notices } = await walked.does('postNotice');
    expect(notices.map(({ closesOn }) => closesOn)).toEqual(['2026-12-30']);
    expect((await walked.advanceTo('2026-12-31')).state).toBe('upperReview');
  });
});

describe('a region without a living standard', () => {
  const nowhere = { ...givenApplication().employer!, regionCode: '320299' };

  test('the application is taken in without an assessment, and the review is refused by name', async () => {
    const walked = await WalkedCase.submit(client, {}, { employer: nowhere });
    expect(walked.view.assessment).toBeNull();
    await walked.walkTo('preliminaryReview');
    const problem = expectProblem(await walked.send('decidePreliminaryReview', walked.clerk, walked.usual('decidePreliminaryReview')), 422, 'LIVING_STANDARD_MISSING');
    expect(problem).toMatchObject({ regionCode: '320299', onDate: walked.today() });
  });

  test('the case can still be rejected', async () => {
    const walked = await WalkedCase.submit(client, {}, { employer: nowhere });
    await walked.walkTo('preliminaryReview');
    const { state } = await walked.does('decidePreliminaryReview', { decision: 'reject', opinion: '不属本地' });
    expect(state).toBe('rejected');
  });

  test('the calculator refuses the same', async () => {
    const { household } = givenApplication();
    const input = { onDate: '2024-03-04', employer: { orgId: LIANGXI.grassrootsOrgId, regionCode: '320299', affiliation: 'countyUnion' }, residence: { regionCode: '320299' }, household };
    expectProblem(await client.call('assessHousehold', LIANGXI.clerk, input), 422, 'LIVING_STANDARD_MISSING');
  });
});

describe('a policy that does not say what is needed', () => {
  test('a profile without classes takes the application in and refuses the review by what is missing', async () => {
    const walked = await givenCase(client, 'preliminaryReview', { at: WUHUA });
    const problem = expectProblem(await walked.send('decidePreliminaryReview', walked.clerk, walked.usual('decidePreliminaryReview')), 422, 'POLICY_VALUE_MISSING');
    expect(problem).toMatchObject({ profile: 'yunnan', missing: ['classes'] });
  });

  test('a case from before the first policy is taken in, waits, and goes on from the day the policy is in force', async () => {
    const walked = await WalkedCase.submit(client, { startsOn: '2023-10-09' });
    expect(walked.view).toMatchObject({ state: 'intake', assessment: null, policyProfile: null });
    await walked.does('signAuthorization');
    expectProblem(await walked.send('acceptApplication', walked.clerk), 422, 'POLICY_VALUE_MISSING');
    expect((await walked.look()).state).toBe('intake');

    await walked.advanceTo('2023-11-03');
    await walked.walkTo('notice1');
    expect(walked.view.policyProfile).toEqual({ id: 'wuxi-2023', version: 1 });
  });
});

describe('a case on the real clock', () => {
  test('runs on the wall clock, and that clock cannot be moved', async () => {
    const walked = await WalkedCase.submit(client, {}, { simulation: undefined });
    expect(Math.abs(Date.parse(walked.view.now) - Date.now())).toBeLessThan(60_000);
    const to = new Date(Date.now() + 86_400_000).toISOString();
    expectProblem(await walked.send('advanceSimulation', walked.clerk, { to }), 422, 'SIMULATION_TARGET_NOT_POSSIBLE');
  });
});

describe('a simulated clock', () => {
  test.each([
    ['back', '2024-03-03T09:00:00+08:00'],
    ['further than a file is kept, twice', '2054-03-04T09:00:00+08:00'],
  ])('does not go %s', async (_what, to) => {
    const walked = await WalkedCase.submit(client);
    const problem = expectProblem(await walked.send('advanceSimulation', walked.clerk, { to }), 422, 'SIMULATION_TARGET_NOT_POSSIBLE');
    expect(problem.now).toMatch(/^2024-03-04T/);
  });

  test('of an ended case changes nothing', async () => {
    const walked = await WalkedCase.submit(client);
    const { version } = await walked.does('withdrawApplication');
    expect(await walked.advanceTo('2025-03-04')).toMatchObject({ state: 'withdrawn', version });
  });

  test('moves no other case', async () => {
    const [one, other] = await Promise.all([WalkedCase.submit(client), WalkedCase.submit(client)]);
    await one.advanceTo('2025-03-04');
    expect([one.today(), (await other.look()).now.slice(0, 10)]).toEqual(['2025-03-04', '2024-03-04']);
  });
});
