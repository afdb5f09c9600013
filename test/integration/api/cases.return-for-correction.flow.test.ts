import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCaseAt, STOPS_BEFORE_THE_FILE } from '../given/stops';
import { givenCase, type WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

test.each(STOPS_BEFORE_THE_FILE.map((stop) => [stop.name, stop] as const))(
  'returned from %s, a case keeps its number, takes an open notice down, and walks every step of the way again',
  async (_name, stop) => {
    const walked = await givenCaseAt(client, stop);
    const { id, number, notices: before } = walked.view;

    const returned = await walked.does('returnForCorrection');
    expect(returned).toMatchObject({ id, number, state: 'intake', hardshipClass: null, reviewerOrgId: null });
    expect(returned.comparison).toMatchObject({ state: 'undetermined', result: null });
    expect(returned.awaiting.map(({ command }) => command)).toEqual(['acceptApplication']);
    expect(returned.aidPlans.map(({ state }) => state)).not.toContain('proposed');
    const today = walked.today();
    const takenDown = before.map((notice) => (notice.closedOn === null ? { ...notice, closedOn: today, outcome: 'abandoned' } : notice));
    expect(returned.notices).toEqual(takenDown);

    const paid = await walked.walkTo('active');
    expect(await stepsAfter(walked, returned.version)).toEqual(isWuxi(walked) ? WUXI_STEPS : BOZHOU_STEPS);
    expect(paid).toMatchObject({ number, comparison: { required: true, state: 'reported' }, collectiveApproval: { outcome: 'passed' } });
    expect(paid.aidPlans.filter(({ state }) => state === 'approved')).toHaveLength(1);
  },
);

const WUXI_STEPS = [
  'applicationAccepted',
  'visitRecorded',
  'preliminaryReviewDecided',
  'noticePosted',
  'noticeClosed',
  'comparisonRecorded',
  'upperReviewDecided',
  'noticePosted',
  'noticeClosed',
  'aidPlanProposed',
  'collectivelyDecided',
  'fileEstablished',
  'paymentPaid',
];
const BOZHOU_STEPS = [
  'applicationAccepted',
  'visitRecorded',
  'preliminaryReviewDecided',
  'noticePosted',
  'noticeClosed',
  'upperReviewDecided',
  'comparisonRecorded',
  'aidPlanProposed',
  'collectivelyDecided',
  'fileEstablished',
  'paymentPaid',
];
const STEPS = [...new Set([...WUXI_STEPS, ...BOZHOU_STEPS])];

function isWuxi(walked: WalkedCase): boolean {
  return walked.view.grassrootsOrgId.startsWith('wx-');
}

async function stepsAfter(walked: WalkedCase, seq: number): Promise<string[]> {
  const { body } = await walked.send<{ items: { seq: number; type: string }[] }>('listCaseEvents', walked.clerk, { limit: 200 });
  return body.items.filter((event) => event.seq > seq && STEPS.includes(event.type)).map(({ type }) => type);
}

test('a review may return the case as well, at both levels', async () => {
  const preliminary = await givenCase(client, 'preliminaryReview');
  expect((await preliminary.does('decidePreliminaryReview', { decision: 'return', opinion: '材料需补正' })).state).toBe('intake');

  const upper = await givenCase(client, 'upperReview');
  expect((await upper.does('decideUpperReview', { decision: 'return', opinion: '材料需补正' })).state).toBe('intake');
  expect((await upper.walkTo('active')).number).toBe(upper.view.number);
});

test('a case may be returned so often that its story fills several runs of the engine, and still reaches its payment', async () => {
  const walked = await givenCase(client, 'intake');
  const { id, number } = walked.view;
  for (let round = 0; round < 20; round += 1) {
    await walked.walkTo('preliminaryReview');
    await walked.does('returnForCorrection');
  }
  expect(await walked.walkTo('active')).toMatchObject({ id, number, payments: [{ state: 'paid' }] });
});

test('from the money on nothing is returned', async () => {
  const walked = await givenCase(client, 'disbursement');
  expectProblem(await walked.send('returnForCorrection', 'wx-liangxi.handler', walked.usual('returnForCorrection')), 409, 'NOT_AWAITED');
});
