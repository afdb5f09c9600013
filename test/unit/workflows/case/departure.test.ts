import { LIANGXI, PASS, PlayedCase, WUXI_DEEP } from '../../domain/played-case';
import { applicantMay, departureAfter, mayReturn } from '../../../../workflows/case/departure';

const passed = () => PlayedCase.apply(LIANGXI, WUXI_DEEP).to('passed');
const departure = (played: PlayedCase) => departureAfter(played.record, played.events.at(-1)!.type);

test('the usual course leaves the road nowhere', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_DEEP);
  while (played.advance()) expect(departure(played)).toBeUndefined();
  expect(played.record.state).toBe('active');
});
test('a return for correction starts over, also where it comes with a notice that is taken down', () => {
  expect(departure(passed().do('returnForCorrection', {}))).toBe('returned');
  expect(departure(passed().do('postNotice', passed().notice('first')).do('returnForCorrection', {}))).toBe('returned');
  expect(departure(PlayedCase.apply(LIANGXI, WUXI_DEEP).to('compared').do('decideUpperReview', { ...PASS, decision: 'return' }))).toBe('returned');
});
test('the step after a return is no return', () => {
  expect(departure(passed().do('returnForCorrection', {}).enter('intake'))).toBeUndefined();
});
test('a rejection ends the case, with a monitoring record as without', () => {
  const reject = { ...PASS, decision: 'reject' as const };
  expect(departure(passed().do('decidePreliminaryReview', reject))).toBe('rejected');
  expect(departure(passed().do('decidePreliminaryReview', { ...reject, stillStruggling: { group: 2 } }))).toBe('rejected');
});
test('a withdrawal ends the case', () => {
  expect(departure(passed().do('withdrawApplication', {}))).toBe('withdrawn');
});

test('what the applicant may do is possible through the clerk of the grassroots union, and nobody’s task', () => {
  const waits = applicantMay(passed().record);
  expect(waits.map(({ command }) => command).sort()).toEqual(['addMaterials', 'signAuthorization', 'withdrawApplication', 'withdrawAuthorization']);
  for (const wait of waits) expect(wait).toMatchObject({ role: 'clerk', orgId: 'wx-liangxi-e1', task: false });
});
test('a return is possible for whoever holds the case, and nobody’s task', () => {
  expect(mayReturn('handler', 'wx')).toMatchObject({ command: 'returnForCorrection', role: 'handler', orgId: 'wx', task: false });
});
