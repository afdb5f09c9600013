import { BOZHOU_DEEP, family, LIANGXI, PASS, PlayedCase, WOYANG, WUXI_ACCIDENTAL, WUXI_DEEP, WUXI_NONE, WUXI_RELATIVE } from '../played-case';

const visited = (household = WUXI_DEEP) => PlayedCase.apply(LIANGXI, household).to('visited').enter('preliminaryReview');
const choose = (hardshipClass: 'deep' | 'accidental' | 'relative', hasClassReason = true) => ({ ...PASS, hardshipClass, hasClassReason });

describe('preliminary review', () => {
  test('R-WX-03: passes whatever the figures say; without a class the county-level union reviews', () => {
    const { record } = visited(WUXI_NONE).do('decidePreliminaryReview', PASS);
    expect(record).toMatchObject({ hardshipClass: 'none', standing: { reviewerOrgId: 'wx-liangxi', recheckMonths: null, phaseOut: null } });
  });
  test('A-03: a class that does not fit is refused with those that do', () => {
    expect(visited().refusals('decidePreliminaryReview', choose('accidental'))).toEqual([{ code: 'CLASS_NOT_ELIGIBLE', eligible: ['deep', 'relative'] }]);
  });
  test('A-03: another class than the recommended needs a reason, the recommended one does not', () => {
    expect(visited().refusals('decidePreliminaryReview', choose('relative', false))).toEqual([{ code: 'CLASS_REASON_REQUIRED', recommended: 'deep' }]);
    expect(visited().do('decidePreliminaryReview', choose('deep', false)).record).toMatchObject({ hardshipClass: 'deep', classChosen: false });
  });
  test('A-03: a class chosen with a reason counts, and its union reviews', () => {
    expect(visited().do('decidePreliminaryReview', choose('relative')).record).toMatchObject({
      hardshipClass: 'relative',
      classChosen: true,
      standing: { hardshipClass: 'relative', reviewerOrgId: 'wx-liangxi', recheckMonths: 6 },
    });
  });
  test('what is passed is assessed on the day of the review, by the standard of that day (A-02)', () => {
    const { record } = visited().on('2024-07-01').do('decidePreliminaryReview', PASS);
    expect(record.assessment).toMatchObject({ onDate: '2024-07-01', minLivingStandardFen: 111_500 });
  });
  test('nothing passes without a living standard for the day', () => {
    const place = { ...LIANGXI, reference: { ...LIANGXI.reference, standards: [] } };
    expect(PlayedCase.apply(place, WUXI_DEEP).refusals('decidePreliminaryReview', PASS)).toMatchObject([{ code: 'LIVING_STANDARD_MISSING' }]);
  });
});

describe.each([
  ['decidePreliminaryReview', visited()],
  ['decideUpperReview', PlayedCase.apply(LIANGXI, WUXI_DEEP).to('compared').enter('upperReview')],
] as const)('%s that does not pass', (command, played) => {
  const facts = (decision: 'reject' | 'return') => ({ decision, hasClassReason: false });

  test('rejected is the end, and opens no monitoring by itself', () => {
    const types = played.decide(command, facts('reject'));
    expect(types).toMatchObject({ accepted: true, value: [{ decision: 'reject' }, { type: 'caseRejected' }] });
  });
  test('R-JS-29, A-15: rejected but struggling opens a monitoring record of the group that was named', () => {
    const stillStruggling = { group: 2 as const, subReason: 'accident' };
    expect(played.decide(command, { ...facts('reject'), stillStruggling })).toMatchObject({
      value: [{}, { type: 'caseRejected' }, { type: 'monitoringOpened', group: 2, subReason: 'accident', source: 'rejectedButStruggling' }],
    });
  });
  test('a group without a sub-reason has none', () => {
    expect(played.decide(command, { ...facts('reject'), stillStruggling: { group: 4 } })).toMatchObject({ value: [{}, {}, { subReason: null }] });
  });
  test('returned goes back for correction and is not assessed', () => {
    expect(played.decide(command, facts('return'))).toMatchObject({
      accepted: true,
      value: [{ decision: 'return' }, { type: 'returnedForCorrection', from: played.record.state }],
    });
  });
});

describe('upper review', () => {
  const compared = (household = WUXI_DEEP) => PlayedCase.apply(LIANGXI, household).to('compared').enter('upperReview');

  test('a rejected case was not passed by its review', () => {
    const { record } = compared().do('decideUpperReview', { decision: 'reject', hasClassReason: false });
    expect(record).toMatchObject({ state: 'rejected', upperReviewedOn: null });
  });
  test('R-JS-18: no passing before the comparison where the profile puts it first; rejecting needs none', () => {
    const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('noticed').enter('upperReview');
    expect(played.refusals('decideUpperReview', PASS)).toEqual([{ code: 'COMPARISON_REQUIRED', rule: 'R-JS-18' }]);
    expect(played.decide('decideUpperReview', { decision: 'reject', hasClassReason: false }).accepted).toBe(true);
  });
  test('R-BZ-F11: where the comparison follows, the review passes without one', () => {
    expect(PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' }).to('reviewed').record).toMatchObject({ upperReviewedOn: '2023-05-17', comparison: null });
  });
  test('nobody is confirmed without a class', () => {
    expect(compared(WUXI_NONE).refusals('decideUpperReview', PASS)).toEqual([{ code: 'CLASS_NOT_ELIGIBLE', eligible: [] }]);
  });
  test('A-14: a class that belongs to another union hands the case over, and that union decides', () => {
    const played = compared().do('decideUpperReview', choose('relative'));
    expect(played.record).toMatchObject({ upperReviewedOn: null, hardshipClass: 'relative', standing: { reviewerOrgId: 'wx-liangxi' } });
    expect(played.events.slice(-3)).toMatchObject([{ type: 'assessed' }, { type: 'classified' }, { type: 'transferred', fromOrgId: 'wx', toOrgId: 'wx-liangxi' }]);
    expect(played.do('decideUpperReview', PASS).record).toMatchObject({ upperReviewedOn: played.today, hardshipClass: 'relative', classChosen: true });
  });
  test('A-03: the next union may confirm the chosen class by name without giving the reason again', () => {
    const played = compared().do('decideUpperReview', choose('relative'));
    expect(played.do('decideUpperReview', choose('relative', false)).record.upperReviewedOn).toBe(played.today);
  });
  test('A-03: the reason for one class is none for another', () => {
    const fitsAll = family({ incomeFen: 6_000_000, medicalFen: 2_500_000 }, 100_000);
    const played = compared(fitsAll).do('decideUpperReview', choose('relative'));
    expect(played.record.assessment?.eligible).toEqual(['deep', 'accidental', 'relative']);
    expect(played.refusals('decideUpperReview', choose('accidental', false))).toEqual([{ code: 'CLASS_REASON_REQUIRED', recommended: 'deep' }]);
  });
  test('another class of the same union is passed at once', () => {
    const played = compared(WUXI_ACCIDENTAL).do('decideUpperReview', choose('relative'));
    expect(played.record).toMatchObject({ hardshipClass: 'relative', upperReviewedOn: played.today });
    expect(played.events.map(({ type }) => type)).not.toContain('transferred');
  });
  test('going back to the recommended class takes the choice back', () => {
    const played = compared().do('decideUpperReview', choose('relative')).do('decideUpperReview', choose('deep', false));
    expect(played.record).toMatchObject({ hardshipClass: 'deep', classChosen: false, standing: { reviewerOrgId: 'wx' }, upperReviewedOn: null });
  });
});

describe('A-03: a class chosen with a reason', () => {
  const chosen = () => PlayedCase.apply(LIANGXI, WUXI_DEEP).to('visited').do('decidePreliminaryReview', choose('relative'));

  test('is kept by later assessments while the household is eligible for it', () => {
    const played = chosen().do('recordComparison', { result: 'consistent', extraIncomeFen: 0 });
    expect(played.record).toMatchObject({ hardshipClass: 'relative', classChosen: true, assessment: { recommended: 'deep' } });
  });
  test('falls back to the recommended one when the figures no longer allow it', () => {
    const played = chosen().do('recordComparison', { result: 'undeclaredIncome', extraIncomeFen: 9_000_000 });
    expect(played.record).toMatchObject({ hardshipClass: 'none', classChosen: false, assessment: { eligible: [] } });
  });
  test('is not kept once the recommended class was named again', () => {
    const played = chosen().do('decidePreliminaryReview', choose('deep', false)).do('recordComparison', { result: 'consistent', extraIncomeFen: 0 });
    expect(played.record).toMatchObject({ hardshipClass: 'deep', classChosen: false });
  });
});

test('a class that was only recommended follows the figures up and down', () => {
  const played = PlayedCase.apply(LIANGXI, WUXI_RELATIVE).to('passed');
  expect(played.record.hardshipClass).toBe('relative');
  played.do('recordComparison', { result: 'consistent', extraIncomeFen: 0, household: WUXI_DEEP });
  expect(played.record).toMatchObject({ hardshipClass: 'deep', classChosen: false });
});
