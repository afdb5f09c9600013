import fc from 'fast-check';
import { addDays } from '../../../domain/calendar-date';
import type { Objection, PublicNotice } from '../../../domain/case-facts';
import { hasOpenObjection, noticeClosedOn, noticeOutcome } from '../../../domain/notice-outcome';

const objection = (outcome: Objection['outcome'] = null, resolvedOn: string | null = outcome && '2023-11-16'): Objection => ({ id: 'o', raisedOn: '2023-11-14', outcome, resolvedOn });
const notice = (...objections: Objection[]): PublicNotice => ({
  kind: 'first',
  byOrgId: 'wx-liangxi-e1',
  medium: 'noticeBoard',
  place: 'employer',
  postedOn: '2023-11-13',
  closesOn: '2023-11-20',
  closedOn: null,
  outcome: null,
  objections,
});

describe('how a notice stands', () => {
  test('A-04: it is open through the whole of its last day and over on the next', () => {
    expect(noticeOutcome(notice(), '2023-11-13')).toBeUndefined();
    expect(noticeOutcome(notice(), '2023-11-20')).toBeUndefined();
    expect(noticeOutcome(notice(), '2023-11-21')).toBe('noObjection');
  });
  test('A-22: a sustained objection ends it at once, whatever else is open', () => {
    expect(noticeOutcome(notice(objection('sustained'), objection()), '2023-11-16')).toBe('objectionSustained');
  });
  test('A-22: a dismissed objection is none: the notice goes on to its last day, and does not start again', () => {
    expect(noticeOutcome(notice(objection('dismissed')), '2023-11-20')).toBeUndefined();
    expect(noticeOutcome(notice(objection('dismissed')), '2023-11-21')).toBe('noObjection');
  });
  test('R-WX-11: nobody is confirmed over an open objection, however long it takes', () => {
    expect(noticeOutcome(notice(objection('dismissed'), objection()), '2024-11-20')).toBeUndefined();
    expect(hasOpenObjection(notice(objection('dismissed'), objection()))).toBe(true);
    expect(hasOpenObjection(notice(objection('dismissed')))).toBe(false);
  });
});

describe('the day on which it closed', () => {
  test('is its last day where nobody objected, or all was dismissed in time', () => {
    expect(noticeClosedOn(notice())).toBe('2023-11-20');
    expect(noticeClosedOn(notice(objection('dismissed')))).toBe('2023-11-20');
  });
  test('is the day of the last finding where that came after the period', () => {
    expect(noticeClosedOn(notice(objection('dismissed', '2023-11-23'), objection('dismissed', '2023-11-22')))).toBe('2023-11-23');
  });
  test('A-22: is the day of the sustained finding, before and after the end of the period', () => {
    expect(noticeClosedOn(notice(objection('dismissed', '2023-11-15'), objection('sustained', '2023-11-16')))).toBe('2023-11-16');
    expect(noticeClosedOn(notice(objection('sustained', '2023-11-28')))).toBe('2023-11-28');
  });
  test('is never in the future: an objection that is still open when another is sustained does not move it', () => {
    expect(noticeClosedOn(notice(objection(), objection('sustained', '2023-11-16')))).toBe('2023-11-16');
  });
});

test('a notice that has ended has closed today or earlier, and not before it was posted', () => {
  const anyObjection = fc
    .record({ outcome: fc.constantFrom('sustained' as const, 'dismissed' as const, null), days: fc.integer({ min: 0, max: 20 }) })
    .map(({ outcome, days }) => objection(outcome, outcome && addDays('2023-11-13', days)));
  fc.assert(
    fc.property(fc.array(anyObjection, { maxLength: 4 }), fc.integer({ min: 0, max: 25 }), (objections, days) => {
      const today = addDays('2023-11-13', days);
      const known = objections.map((each) => (each.resolvedOn && each.resolvedOn > today ? objection() : each));
      if (noticeOutcome(notice(...known), today) === undefined) return;
      const closedOn = noticeClosedOn(notice(...known));
      expect(closedOn <= today).toBe(true);
      expect(closedOn >= '2023-11-13').toBe(true);
    }),
  );
});
