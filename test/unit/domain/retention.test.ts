import fc from 'fast-check';
import { addDays, addYears } from '../../../domain/calendar-date';
import { passedDatesOf } from '../../../domain/decisions/passed-dates';
import { withdrawFile } from '../../../domain/decisions/withdraw-file';
import { certificateNumberOf, destroyedCaseOf } from '../../../domain/destruction-certificate';
import { hindrancesOf, keptUntil, LEGAL_HOLD_REASONS, type RetentionFacts } from '../../../domain/retention';
import { anyFileLife } from './any-file';
import { anyLife } from './any-life';
import { LIANGXI, PlayedCase, WUXI_DEEP, WUXI_NONE } from './played-case';
import { LEAVES, ready } from './played-exit';

const TEN_YEARS = { retentionYears: { value: 10, fact: '' } };
const facts = (today: string, given: Partial<RetentionFacts> = {}): RetentionFacts => ({ today, endedOn: null, policy: undefined, openSuccessors: [], legalHolds: [], ...given });
const because = (played: PlayedCase, given: RetentionFacts) => hindrancesOf(played.record, given).map((one) => one.because);

/** Cancelled on 31 August 2024, kept until 2034-08-31. */
function left(kind: 'liftOut' | 'cancel' = 'cancel'): PlayedCase {
  const played = ready(LIANGXI, 'relative', kind).do('concludeExit', { phaseOutMonths: 0 });
  for (const fact of withdrawFile(played.record, LEAVES, played.policy())) played.emit(fact);
  return played.enter('closed');
}

describe('R-WX-15: never before its date', () => {
  test('not on the last day, and from the next day on', () => {
    expect(because(left(), facts('2034-08-30'))).toEqual(['retentionNotOver']);
    expect(hindrancesOf(left().record, facts('2034-08-31'))).toEqual([{ because: 'retentionNotOver', until: '2034-08-31' }]);
    expect(because(left(), facts('2034-09-01'))).toEqual([]);
  });
  test('an open case never, whatever the year', () => {
    expect(because(PlayedCase.apply(LIANGXI, WUXI_DEEP).to('active'), facts('2099-12-31'))).toContain('caseOpen');
  });
  test('an application without a file: the same years from its end', () => {
    const withdrawn = PlayedCase.apply(LIANGXI, WUXI_DEEP).do('withdrawApplication', {});
    const ended = { endedOn: '2023-11-13', policy: TEN_YEARS };
    expect(keptUntil(withdrawn.record, ended)).toBe('2033-11-13');
    expect([because(withdrawn, facts('2033-11-13', ended)), because(withdrawn, facts('2033-11-14', ended))]).toEqual([['retentionNotOver'], []]);
  });
  test('what no policy speaks of is kept', () => {
    const withdrawn = PlayedCase.apply(LIANGXI, WUXI_DEEP).do('withdrawApplication', {});
    expect(because(withdrawn, facts('2099-12-31', { endedOn: '2023-11-13' }))).toEqual(['retentionUnknown']);
  });
});

describe('what stands against it after its date', () => {
  const AFTER = '2034-09-01';
  test.each(LEGAL_HOLD_REASONS)('%s outside', (reason) => {
    expect(hindrancesOf(left().record, facts(AFTER, { legalHolds: [reason, reason] }))).toEqual([{ because: 'legalHold', reasons: [reason] }]);
  });
  test('a case that followed and goes on', () => {
    expect(hindrancesOf(left().record, facts(AFTER, { openSuccessors: ['WX-1'] }))).toEqual([{ because: 'linkedCaseOpen', caseNumbers: ['WX-1'] }]);
  });
  test('money that is on its way or came back', () => {
    const { record } = left();
    const payment = { id: 'p1', planId: 'x', aidType: 'living', budgetLine: 'b', amountFen: 1, paidOn: null, notifiedOn: null };
    for (const state of ['planned', 'prepared', 'sent', 'returned'] as const) {
      expect(hindrancesOf({ ...record, payments: [{ ...payment, state }] }, facts(AFTER))).toEqual([{ because: 'paymentUnfinished', paymentIds: ['p1'] }]);
    }
    for (const state of ['paid', 'dropped'] as const) expect(hindrancesOf({ ...record, payments: [{ ...payment, state }] }, facts(AFTER))).toEqual([]);
  });
  test('an objection that nobody has answered, unless its notice was taken down', () => {
    const { record } = left();
    const notice = { kind: 'exit' as const, byOrgId: 'wx', medium: 'noticeBoard' as const, place: 'employer', postedOn: '2024-08-01', closesOn: '2024-08-08', closedOn: null, objections: [{ id: 'o', raisedOn: '2024-08-02', outcome: null, resolvedOn: null }] };
    expect(hindrancesOf({ ...record, notices: [{ ...notice, outcome: null }] }, facts(AFTER))).toEqual([{ because: 'objectionOpen' }]);
    expect(hindrancesOf({ ...record, notices: [{ ...notice, outcome: 'abandoned' }] }, facts(AFTER))).toEqual([]);
  });
  test('a household that is watched without an end', () => {
    const rejected = PlayedCase.apply(LIANGXI, WUXI_NONE).to('visited').enter('preliminaryReview');
    rejected.do('decidePreliminaryReview', { decision: 'reject', hasClassReason: false, stillStruggling: { group: 2 } });
    expect(because(rejected, facts('2099-12-31', { endedOn: '2023-11-20', policy: TEN_YEARS }))).toEqual(['monitored']);
  });
  test('the whole at once', () => {
    expect(because(left(), facts('2030-01-01', { openSuccessors: ['WX-1'], legalHolds: ['audit'] }))).toEqual(['retentionNotOver', 'linkedCaseOpen', 'legalHold']);
  });
});

test('a destroyed case is not destroyed again', () => {
  const destroyed = left().emit({ type: 'personalDataDestroyed', certificate: 'XH-1', certificateSha256: '', proposedBy: 'a' });
  expect(because(destroyed, facts('2099-12-31', { legalHolds: ['audit'] }))).toEqual(['alreadyDestroyed']);
});

test.each([['applications', anyLife], ['files', anyFileLife.map(({ played }) => played)]])('whatever happened to %s: nothing may be destroyed before the end of the years, and nothing at all while the case is open', (_what, any) => {
  fc.assert(
    fc.property(any, fc.integer({ min: 0, max: 14_000 }), (played, days) => {
      const { record } = played;
      const today = addDays(played.today, days);
      const isOpen = !['closed', 'rejected', 'withdrawn'].includes(record.state);
      const endedOn = record.hardshipFile || isOpen ? null : played.today;
      const found = hindrancesOf(record, facts(today, { endedOn, policy: TEN_YEARS }));
      if (found.length > 0) return;
      expect(isOpen).toBe(false);
      const from = record.hardshipFile?.withdrawnOn ?? endedOn ?? '';
      expect(today > addYears(from, 10)).toBe(true);
    }),
  );
});

test('the certificate has figures and nothing else: every string in it is a code, a date or a number of the case', () => {
  const { record } = left();
  expect(certificateNumberOf(record)).toBe(`XH-${record.number}`);
  const figures = destroyedCaseOf(record, { endedOn: null, keptUntil: '2034-08-31' });
  expect(figures).toMatchObject({ caseNumber: record.number, state: 'closed', endedOn: LEAVES, keptUntil: '2034-08-31', householdSize: record.household.members.length });
  expect(JSON.stringify(figures)).not.toMatch(/birthOn|members|annualIncome/);
  expect(passedDatesOf(record, '2034-09-01').map(({ type }) => type)).toContain('retentionEnded');
});
