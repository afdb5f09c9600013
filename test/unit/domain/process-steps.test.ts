import { processSteps } from '../../../domain/process-steps';
import { BOZHOU_DEEP, LIANGXI, PASS, PlayedCase, WOYANG, WUXI_DEEP } from './played-case';

const drawn = ({ record, events }: PlayedCase) => processSteps(record, events);
const statuses = (played: PlayedCase) => Object.fromEntries(drawn(played).map(({ step, status }) => [step, status]));
const since = (played: PlayedCase) => Object.fromEntries(drawn(played).flatMap((step) => (step.since ? [[step.step, step.since]] : [])));

test('the boxes come in the order of the chart, each with its number and name', () => {
  const boxes = drawn(PlayedCase.apply(LIANGXI, WUXI_DEEP));
  expect(boxes.map(({ step }) => step)).toEqual([
    'intake',
    'visit',
    'preliminaryReview',
    'notice1',
    'upperReview',
    'notice2',
    'planning',
    'collectiveApproval',
    'disbursement',
    'active',
  ]);
  expect(boxes.every(({ title }) => title !== '')).toBe(true);
});
test('a new case stands at its application, since the day it came', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP);
  expect(statuses(played)).toMatchObject({ intake: 'current', visit: 'pending', active: 'pending' });
  expect(since(played)).toEqual({ intake: '2023-11-13' });
});
test('what lies behind is done, with the day on which the case came there; what lies ahead is pending', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('reviewed');
  expect(statuses(played)).toMatchObject({ notice1: 'done', upperReview: 'current', notice2: 'pending', planning: 'pending' });
  expect(since(played)).toEqual({ intake: '2023-11-13', visit: '2023-11-13', preliminaryReview: '2023-11-13', notice1: '2023-11-13', upperReview: '2023-11-21' });
});
test('R-BZ-F7: where one notice is required the second is skipped, before and after its place', () => {
  expect(statuses(PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' }).to('passed')).notice2).toBe('skipped');
  expect(statuses(PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' }).to('active'))).toMatchObject({ notice2: 'skipped', disbursement: 'done', active: 'current' });
});
test('before the class is known nothing is called skipped', () => {
  expect(Object.values(statuses(PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' })))).not.toContain('skipped');
});
test.each(['rejected', 'withdrawn'] as const)('a %s case has ended where it stood, and everything after stays pending', (end) => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('visited').enter('preliminaryReview');
  if (end === 'rejected') played.do('decidePreliminaryReview', { ...PASS, decision: 'reject' });
  else played.do('withdrawApplication', {});
  expect(played.record.state).toBe(end);
  expect(statuses(played)).toMatchObject({ intake: 'done', visit: 'done', preliminaryReview: 'ended', notice1: 'pending' });
});
test('a case that was withdrawn at once has ended at its application', () => {
  expect(statuses(PlayedCase.apply(LIANGXI, WUXI_DEEP).do('withdrawApplication', {}))).toMatchObject({ intake: 'ended', visit: 'pending' });
});
test('after a return for correction the boxes ahead are ahead again, without the days of the first round', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('reviewed').do('returnForCorrection', {}).enter('intake');
  expect(statuses(played)).toMatchObject({ intake: 'current', visit: 'pending', upperReview: 'pending' });
  expect(since(played)).toEqual({ intake: '2023-11-21' });
});
