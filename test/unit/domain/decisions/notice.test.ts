import { latestNotice } from '../../../../domain/case-record';
import { BOZHOU_DEEP, LIANGXI, PlayedCase, WOYANG, WUXI_DEEP } from '../played-case';

const passed = (on = '2023-11-13', hasEmployer = true) => PlayedCase.apply(LIANGXI, WUXI_DEEP, { on, hasEmployer }).to('passed').enter('notice1');
const posted = () => passed().do('postNotice', passed().notice('first'));
const FIRST = { kind: 'first' } as const;

describe('posting (A-04)', () => {
  test.each([
    ['2023-11-13', '2023-11-20', 'posted on a Monday, over one weekend'],
    ['2023-12-27', '2024-01-04', 'over New Year, a day off'],
    ['2024-02-23', '2024-03-01', 'over 29 February'],
    ['2024-02-06', '2024-02-19', 'over the Spring Festival and its make-up Sunday'],
  ])('posted %s it closes on %s: %s', (on, closesOn) => {
    expect(passed(on).do('postNotice', passed(on).notice('first')).record.notices).toMatchObject([{ postedOn: on, closesOn, closedOn: null }]);
  });
  test('a notice that would leave the calendar is refused with the covered range, not guessed', () => {
    const { coveredFrom, coveredUntil } = LIANGXI.reference.calendar;
    expect(passed().on('2026-12-30').refusals('postNotice', passed().notice('first'))).toEqual([{ code: 'CALENDAR_NOT_COVERED', coveredFrom, coveredUntil }]);
  });
  test('R-WX-04: not at the employer of somebody who has none', () => {
    expect(passed('2023-11-13', false).refusals('postNotice', passed().notice('first'))).toEqual([
      { code: 'NOTICE_PLACE_NOT_ALLOWED', allowed: ['residentialCommunity'] },
    ]);
    expect(passed('2023-11-13', false).decide('postNotice', { ...passed().notice('first'), place: 'residentialCommunity' }).accepted).toBe(true);
  });
  test('R-WX-10: the second notice only in media of the same level, the first one never there', () => {
    const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('reviewed').enter('notice2');
    expect(played.refusals('postNotice', { ...played.notice('second'), place: 'employer' })).toEqual([{ code: 'NOTICE_PLACE_NOT_ALLOWED', allowed: ['sameLevelMedia'] }]);
    expect(played.refusals('postNotice', { ...played.notice('first'), place: 'sameLevelMedia' })).toEqual([
      { code: 'NOTICE_PLACE_NOT_ALLOWED', allowed: ['employer', 'residentialCommunity'] },
    ]);
  });
  test('a profile without places of its own for the second notice uses those of the first', () => {
    const played = PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' }).to('reviewed');
    expect(played.decide('postNotice', { ...played.notice('second'), place: 'employer' }).accepted).toBe(true);
  });
  test('A-04 is a value of the profile: seven working days where it says seven', () => {
    const policies = LIANGXI.reference.policies.map((policy) => ({ ...policy, notice: { ...policy.notice, workingDays: { value: 7, assumption: 'A-04' } } }));
    const played = PlayedCase.apply({ ...LIANGXI, reference: { ...LIANGXI.reference, policies } }, WUXI_DEEP);
    expect(played.do('postNotice', played.notice('first')).record.notices[0]?.closesOn).toBe('2023-11-22');
  });
});

describe('objecting (R-WX-04, R-WX-11)', () => {
  test('anybody may object, on the day of posting and still on the last day; a day later it is over', () => {
    expect(posted().decide('raiseObjection', FIRST, null).accepted).toBe(true);
    expect(posted().on('2023-11-20').decide('raiseObjection', FIRST, null).accepted).toBe(true);
    expect(posted().on('2023-11-21').refusals('raiseObjection', FIRST, null)).toEqual([{ code: 'NOT_AWAITED', awaiting: [] }]);
  });
  test('a notice that was never posted takes no objection', () => {
    expect(passed().refusals('raiseObjection', FIRST, null)).toEqual([{ code: 'NOT_AWAITED', awaiting: [] }]);
    expect(posted().refusals('raiseObjection', { kind: 'second' }, null)).toMatchObject([{ code: 'NOT_AWAITED' }]);
  });
  test('the record knows when it was raised and nothing of who or why', () => {
    const { record } = posted().on('2023-11-15').do('raiseObjection', FIRST, null);
    expect(record.notices[0]?.objections).toEqual([{ id: expect.any(String) as string, raisedOn: '2023-11-15', outcome: null, resolvedOn: null }]);
  });
  test('a hundred objections are taken, the next is told that it is one too many', () => {
    const played = posted();
    for (let n = 0; n < 100; n += 1) played.do('raiseObjection', FIRST, null);
    expect(new Set(played.record.notices[0]?.objections.map(({ id }) => id)).size).toBe(100);
    expect(played.refusals('raiseObjection', FIRST, null)).toEqual([{ code: 'TOO_MANY_OBJECTIONS', max: 100 }]);
  });
});

describe('the finding (A-22)', () => {
  const raised = () => posted().do('raiseObjection', FIRST, null);
  const objectionId = () => latestNotice(raised().record, 'first')?.objections[0]?.id ?? '';

  test('is recorded once, with its day', () => {
    const played = raised().on('2023-11-16').do('resolveObjection', { kind: 'first', objectionId: objectionId(), outcome: 'dismissed' });
    expect(played.record.notices[0]?.objections).toMatchObject([{ outcome: 'dismissed', resolvedOn: '2023-11-16' }]);
    expect(played.refusals('resolveObjection', { kind: 'first', objectionId: objectionId(), outcome: 'sustained' })).toEqual([{ code: 'OBJECTION_ALREADY_RESOLVED' }]);
  });
  test('comes late as well: an objection of the last day is answered after the period', () => {
    expect(raised().on('2023-12-20').decide('resolveObjection', { kind: 'first', objectionId: objectionId(), outcome: 'dismissed' }).accepted).toBe(true);
  });
  test('on an objection that the notice does not have is refused, also when another notice has it', () => {
    expect(raised().refusals('resolveObjection', { kind: 'first', objectionId: 'other', outcome: 'dismissed' })).toEqual([{ code: 'OBJECTION_UNKNOWN' }]);
    expect(raised().refusals('resolveObjection', { kind: 'second', objectionId: objectionId(), outcome: 'dismissed' })).toEqual([{ code: 'OBJECTION_UNKNOWN' }]);
  });
  test('answers the one objection it names', () => {
    const played = raised().do('raiseObjection', FIRST, null);
    const [, second] = played.record.notices[0]!.objections;
    played.do('resolveObjection', { kind: 'first', objectionId: second!.id, outcome: 'dismissed' });
    expect(played.record.notices[0]?.objections.map(({ outcome }) => outcome)).toEqual([null, 'dismissed']);
  });
});
