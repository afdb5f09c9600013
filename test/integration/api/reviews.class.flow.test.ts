import { LIANGXI } from '../given/application';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const PASS = { decision: 'pass', opinion: '情况属实' };

describe('the class that a reviewer names', () => {
  test('may be another eligible one with a reason, and the reviewing union follows from it', async () => {
    const walked = await givenCase(client, 'preliminaryReview', { figures: 'deep' });
    expect(walked.view.assessment).toMatchObject({ eligible: ['deep', 'relative'], recommended: 'deep' });
    const view = await walked.does('decidePreliminaryReview', { ...PASS, hardshipClass: 'relative', classReason: '已有其他保障' });
    expect(view).toMatchObject({ state: 'notice1', hardshipClass: 'relative', reviewerOrgId: LIANGXI.county });
  });

  test('left out is the recommended one', async () => {
    const walked = await givenCase(client, 'preliminaryReview', { figures: 'deep' });
    expect(await walked.does('decidePreliminaryReview', PASS)).toMatchObject({ hardshipClass: 'deep', reviewerOrgId: 'wx' });
  });

  test('without a reason is refused with the one that is recommended, at both levels', async () => {
    const walked = await givenCase(client, 'preliminaryReview', { figures: 'deep' });
    const reply = await walked.send('decidePreliminaryReview', walked.clerk, { ...PASS, hardshipClass: 'relative' });
    expect(expectProblem(reply, 422, 'CLASS_REASON_REQUIRED').recommended).toBe('deep');

    await walked.walkTo('upperReview');
    await walked.does('recordComparison');
    const upper = await walked.send('decideUpperReview', 'wx.handler', { ...PASS, hardshipClass: 'relative' });
    expectProblem(upper, 422, 'CLASS_REASON_REQUIRED');
  });

  test('that the figures do not allow is refused with those that they do', async () => {
    const walked = await givenCase(client, 'preliminaryReview');
    for (const hardshipClass of ['deep', 'accidental']) {
      const reply = await walked.send('decidePreliminaryReview', walked.clerk, { ...PASS, hardshipClass, classReason: '特殊情况' });
      expect(expectProblem(reply, 422, 'CLASS_NOT_ELIGIBLE').eligible).toEqual(['relative']);
    }
    expect((await walked.look()).hardshipClass).toBeNull();
  });

  test('a chosen class stays chosen: the comparison that changes nothing does not undo it', async () => {
    const walked = await givenCase(client, 'preliminaryReview', { figures: 'deep' });
    await walked.does('decidePreliminaryReview', { ...PASS, hardshipClass: 'relative', classReason: '已有其他保障' });
    await walked.walkTo('upperReview');
    await walked.does('recordComparison');
    expect(await walked.does('decideUpperReview', PASS)).toMatchObject({ state: 'notice2', hardshipClass: 'relative', reviewerOrgId: LIANGXI.county });
  });
});

describe('a household that fits no class', () => {
  test('may pass the preliminary review, goes to the county, and cannot pass there', async () => {
    const walked = await givenCase(client, 'upperReview', { figures: 'none' });
    expect(walked.view).toMatchObject({ hardshipClass: 'none', reviewerOrgId: LIANGXI.county });
    await walked.does('recordComparison');
    const reply = await walked.send('decideUpperReview', 'wx-liangxi.handler', PASS);
    expect(expectProblem(reply, 422, 'CLASS_NOT_ELIGIBLE').eligible).toEqual([]);
  });

  test('is rejected, and monitored when it still struggles', async () => {
    const walked = await givenCase(client, 'upperReview', { figures: 'none' });
    await walked.does('recordComparison');
    const { state, monitoring, hardshipFile } = await walked.does('decideUpperReview', {
      decision: 'reject',
      opinion: '不符合标准',
      stillStruggling: { reason: '子女重病', group: 2, subReason: 'illness' },
    });
    expect({ state, monitoring, hardshipFile }).toEqual({
      state: 'rejected',
      monitoring: { group: 2, subReason: 'illness', source: 'rejectedButStruggling', until: null },
      hardshipFile: null,
    });
  });

  test('that nobody calls struggling is not monitored', async () => {
    const walked = await givenCase(client, 'preliminaryReview', { figures: 'none' });
    expect((await walked.does('decidePreliminaryReview', { decision: 'reject', opinion: '不符合' })).monitoring).toBeNull();
  });
});

describe('the upper review', () => {
  test('waits for the comparison where the profile puts it first', async () => {
    const walked = await givenCase(client, 'upperReview');
    expectProblem(await walked.send('decideUpperReview', 'wx-liangxi.handler', PASS), 409, 'COMPARISON_REQUIRED');
    await walked.does('recordComparison');
    expect((await walked.does('decideUpperReview')).state).toBe('notice2');
  });

  test('that finds another class hands the case over, and neither first notice nor comparison is done again', async () => {
    const walked = await givenCase(client, 'upperReview', { figures: 'deep' });
    await walked.does('recordComparison');
    const handedOver = await walked.does('decideUpperReview', { ...PASS, hardshipClass: 'relative', classReason: '已有其他保障' });
    expect(handedOver).toMatchObject({ state: 'upperReview', hardshipClass: 'relative', reviewerOrgId: LIANGXI.county, comparison: { state: 'reported' } });
    expect(handedOver.awaiting).toMatchObject([{ command: 'decideUpperReview', orgId: LIANGXI.county }]);
    expect(handedOver.notices).toHaveLength(1);

    expectProblem(await walked.send('decideUpperReview', 'wx.handler', PASS), 403, 'FORBIDDEN');
    expect(await walked.does('decideUpperReview', PASS)).toMatchObject({ state: 'notice2', reviewerOrgId: LIANGXI.county, hardshipClass: 'relative' });
  });

  test('follows what the comparison found: more income, another class, another union', async () => {
    const walked = await givenCase(client, 'upperReview', { figures: 'deep' });
    const compared = await walked.does('recordComparison', { result: 'undeclaredIncome', extraIncomeFen: 700_000 });
    expect(compared).toMatchObject({ state: 'upperReview', hardshipClass: 'relative', reviewerOrgId: LIANGXI.county, assessment: { incomeFen: 2_000_000 } });
    expect(walked.whoIsAwaited('decideUpperReview')).toBe('wx-liangxi.handler');
  });
});
