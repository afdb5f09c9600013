import { processSteps } from '../../../domain/process-steps';
import { BOZHOU_DEEP, LIANGXI, PASS, PlayedCase, WOYANG, WUXI_DEEP } from './played-case';
import { phasingOut, told } from './played-exit';

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
    'exiting',
    'phaseOut',
    'closed',
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
test('R-BZ-F16: an exit stands in its own box, and one that was stopped is ahead again', () => {
  expect(statuses(told())).toMatchObject({ active: 'done', exiting: 'current', phaseOut: 'pending', closed: 'pending' });
  const stopped = told().do('refuseExit', { validReason: true }).enter('active');
  expect(statuses(stopped)).toMatchObject({ active: 'current', exiting: 'pending' });
  expect(since(stopped)).not.toHaveProperty('exiting');
});
test('a file that existed before passes none of the boxes before its dynamic management, wherever it stands', () => {
  const before = ['intake', 'visit', 'preliminaryReview', 'notice1', 'upperReview', 'notice2', 'planning', 'collectiveApproval', 'disbursement'];
  const { reference, territory } = LIANGXI;
  const imported = PlayedCase.import({ reference, territory }, WUXI_DEEP, { hardshipClass: 'deep', establishedOn: '2023-12-04', on: '2024-08-01' });
  expect(statuses(imported)).toEqual({ ...Object.fromEntries(before.map((step) => [step, 'skipped'])), active: 'current', exiting: 'pending', phaseOut: 'pending', closed: 'pending' });
  expect(since(imported)).toEqual({ active: '2024-08-01' });
  for (const played of [told(), phasingOut(), phasingOut().enter('closed')]) {
    expect(Object.entries(statuses(played)).flatMap(([step, status]) => (status === 'skipped' ? [step] : []))).toEqual(before);
    expect(Object.keys(since(played)).filter((step) => before.includes(step))).toEqual([]);
  }
});
test('a file that has left has every box behind it, the last one included; a phase-out that was not given is skipped', () => {
  const closed = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('active').enter('exiting').enter('closed');
  const { phaseOut, ...others } = statuses(closed);
  expect(phaseOut).toBe('skipped');
  expect(new Set(Object.values(others))).toEqual(new Set(['done']));
  expect(statuses(phasingOut().enter('closed'))).toMatchObject({ active: 'done', exiting: 'done', phaseOut: 'done', closed: 'done' });
  expect(since(closed)).not.toHaveProperty('phaseOut');
});
test('R-WX-33: the phase-out comes between the exit and the day the file leaves', () => {
  expect(statuses(phasingOut())).toMatchObject({ exiting: 'done', phaseOut: 'current', closed: 'pending' });
  expect(since(phasingOut().enter('closed'))).toMatchObject({ exiting: '2024-08-14', phaseOut: '2024-08-31', closed: '2024-08-31' });
});
