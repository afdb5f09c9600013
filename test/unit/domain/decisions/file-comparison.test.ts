import { addMonths } from '../../../../domain/calendar-date';
import { comparisonIsDue, comparisonIsRepeated, comparisonIsRequired, comparisonRequired } from '../../../../domain/decisions/comparison-duty';
import type { ComparisonFacts } from '../../../../domain/decisions/comparison';
import { BOZHOU_ACCIDENTAL, BOZHOU_DEEP, family, LIANGXI, PlayedCase, WOYANG, WUHUA, WUXI_DEEP, WUXI_RELATIVE } from '../played-case';
import type { RecheckStage } from '../../../../domain/case-facts';
import { HARDSHIP_CLASSES } from '../../../../domain/hardship-class-names';
import { comparisonWaits } from '../../../../workflows/case/file-desk';

const filed = (hardshipClass: 'deep' | 'relative', establishedOn = '2024-01-31') =>
  PlayedCase.import(LIANGXI, hardshipClass === 'deep' ? WUXI_DEEP : WUXI_RELATIVE, { hardshipClass, establishedOn, on: establishedOn });
const signed = (played: PlayedCase) => played.do('signAuthorization', { signers: [1, 2], signedOn: played.today });
const found = (facts: Partial<ComparisonFacts> = {}): ComparisonFacts => ({ result: 'consistent', extraIncomeFen: 0, ...facts });

describe('R-JS-18, A-31: a file is compared again', () => {
  const compared = (facts: Partial<ComparisonFacts>) => signed(filed('relative').on('2024-06-03')).do('recordComparison', found(facts));

  test('with the authorisation of every adult, not older than its validity (R-BZ-A2)', () => {
    expect(filed('relative').refusals('recordComparison', found())).toEqual([{ code: 'AUTHORIZATION_MISSING', rule: 'R-BZ-A2', memberNos: [1, 2] }]);
    const old = signed(filed('relative')).on(addMonths('2024-01-31', 6));
    expect(old.refusals('recordComparison', found())).toEqual([]);
    expect(old.on('2024-08-01').refusals('recordComparison', found())).toMatchObject([{ code: 'AUTHORIZATION_MISSING' }]);
  });
  test('what agrees is kept and assessed, and nothing is called for', () => {
    expect(compared({}).record).toMatchObject({ comparison: { result: 'consistent', reportedOn: '2024-06-03' }, assessment: { onDate: '2024-06-03' }, recheckCalledFor: null });
  });
  test.each(['undeclaredIncome', 'undeclaredAsset', 'identityMismatch'] as const)('%s calls for a recheck; class, owner and money stay until then', (result) => {
    const before = filed('relative').record;
    const { record, events } = compared({ result, extraIncomeFen: result === 'undeclaredIncome' ? 9_000_000 : 0 });
    expect(record).toMatchObject({ recheckCalledFor: { because: 'comparison', since: '2024-06-03' }, hardshipClass: 'relative', standing: before.standing, hardshipFile: before.hardshipFile, state: 'active' });
    const types = events.map(({ type }) => type);
    for (const never of ['classified', 'transferred', 'reviewReopened']) expect(types).not.toContain(never);
  });
  test('income that was found counts in the figures on record, and so against the next keeping', () => {
    const played = compared({ result: 'undeclaredIncome', extraIncomeFen: 9_000_000 });
    expect(played.record).toMatchObject({ household: { undeclaredIncomeFen: 9_000_000 }, assessment: { incomeFen: 18_000_000, eligible: [] } });
    expect(played.refusals('recordRecheck', { doneOn: '2024-06-03', outcome: 'keep', hasReason: false, household: played.record.household })).toMatchObject([{ code: 'OUTCOME_NOT_SUPPORTED' }]);
  });
  test.each(['consistent', 'undeclaredIncome'] as const)('figures that come with a %s report and do not fit the class call for a recheck as well', (result) => {
    const played = compared({ result, household: family({ incomeFen: 15_000_000 }), extraIncomeFen: 0 });
    expect(played.record).toMatchObject({ assessment: { eligible: [] }, hardshipClass: 'relative', recheckCalledFor: { since: '2024-06-03' } });
  });
  test('R-BZ-22, A-03: figures of a consistent report that recommend a worse class call for one too', () => {
    expect(compared({ household: WUXI_DEEP }).record).toMatchObject({ assessment: { recommended: 'deep' }, hardshipClass: 'relative', recheckCalledFor: { because: 'figures' } });
  });
  test('the latest report replaces what an earlier one had found', () => {
    const played = compared({ result: 'undeclaredIncome', extraIncomeFen: 9_000_000 }).do('recordComparison', found());
    expect(played.record.household).not.toHaveProperty('undeclaredIncomeFen');
  });
});

describe('when a comparison is due', () => {
  test('A-31: a report is valid for six months, its last day included', () => {
    const played = signed(filed('relative')).do('recordComparison', found());
    const policy = played.policy();
    expect([played.record, null].map((record) => comparisonIsDue(record ?? { ...played.record, comparison: null }, policy, '2024-01-31'))).toEqual([false, true]);
    expect(['2024-07-31', '2024-08-01'].map((on) => comparisonIsDue(played.record, policy, on))).toEqual([false, true]);
  });
  test('R-BZ-F10: never where the class is not compared', () => {
    const played = PlayedCase.import(WOYANG, BOZHOU_ACCIDENTAL, { hardshipClass: 'accidental', establishedOn: '2023-11-02', on: '2023-11-02' });
    const near = { ...played.record, recheck: { ...played.record.recheck!, stage: 'overdue' as const } };
    expect([comparisonIsDue(near, played.policy(), '2030-01-01'), comparisonIsRepeated(near, played.policy())]).toEqual([false, false]);
  });
  test('the refusal names the place that the profile gives it', () => {
    expect(comparisonRequired(filed('deep').record)).toEqual({ code: 'COMPARISON_REQUIRED', rule: 'R-JS-18' });
    const inBozhou = PlayedCase.import(WOYANG, BOZHOU_DEEP, { hardshipClass: 'deep', establishedOn: '2023-11-02', on: '2023-11-02' });
    expect(comparisonRequired(inBozhou.record)).toEqual({ code: 'COMPARISON_REQUIRED', rule: 'R-BZ-F11' });
  });
  test('the first plan needs a report that is still valid; further aid of a file goes straight to its plan (⑧ → ⑬)', () => {
    const plan = { items: [{ aidType: 'living' as const, amountFen: 100_000 }] };
    const first = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('noticedTwice').enter('planning');
    expect(first.refusals('proposeAidPlan', plan)).toEqual([]);
    expect(first.on('2024-07-01').refusals('proposeAidPlan', plan)).toEqual([{ code: 'COMPARISON_REQUIRED', rule: 'R-JS-18' }]);
    const filedAlready = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('active').on('2024-07-01');
    for (const played of [filedAlready, filed('relative')]) {
      expect(comparisonIsDue(played.record, played.policy(), played.today)).toBe(true);
      expect(played.refusals('proposeAidPlan', plan)).toEqual([]);
    }
  });
  test('R-YN-06: in Yunnan, whose profile names no reviewer, every class has the duty by the profile alone', () => {
    for (const hardshipClass of HARDSHIP_CLASSES) {
      const played = PlayedCase.import(WUHUA, WUXI_DEEP, { hardshipClass, establishedOn: '2024-01-31', on: '2024-01-31' });
      expect(played.record.standing).toBeNull();
      expect([comparisonIsRequired(played.record, played.policy()), comparisonIsDue(played.record, played.policy(), '2024-01-31')]).toEqual([true, true]);
      expect(comparisonWaits(played.record, played.policy(), undefined)).toMatchObject([
        { command: 'recordComparison', role: 'handler', orgId: 'km-wuhua', task: false },
        { command: 'signAuthorization', role: 'clerk', orgId: 'km-wuhua-e1', task: false },
      ]);
      expect(signed(played).do('recordComparison', found()).record.comparison).toMatchObject({ result: 'consistent' });
    }
  });
  test('where a class has no duty nobody waits for a comparison', () => {
    const played = PlayedCase.import(WOYANG, BOZHOU_ACCIDENTAL, { hardshipClass: 'accidental', establishedOn: '2023-11-02', on: '2023-11-02' });
    expect(comparisonWaits(played.record, played.policy(), '2024-04-30')).toEqual([]);
  });
  test('while its recheck is near it is work until that day', () => {
    const played = filed('deep');
    expect(comparisonWaits(played.record, played.policy(), '2025-01-31')[0]).toMatchObject({ command: 'recordComparison', task: true, dueOn: '2025-01-31' });
  });
});

describe('A-31: repeated at each yearly recheck, whatever the interval of the class', () => {
  const at = (played: PlayedCase, stage: RecheckStage = 'open') => ({ ...played.record, recheck: { ...played.record.recheck!, stage } });

  test('a half-yearly file is compared at every second recheck', () => {
    const played = signed(filed('relative')).do('recordComparison', found());
    const repeated = [comparisonIsRepeated(at(played), played.policy())];
    played.on('2024-07-31').do('recordRecheck', { doneOn: '2024-07-31', outcome: 'keep', hasReason: false });
    repeated.push(comparisonIsRepeated(at(played), played.policy()));
    expect(played.record.recheck?.nextDueOn).toBe('2025-01-31');
    expect(repeated).toEqual([false, true]);
  });
  test('a yearly one at each; not before its recheck is near', () => {
    const played = signed(filed('deep')).do('recordComparison', found());
    expect((['ahead', 'open', 'overdue', 'escalated'] as const).map((stage) => comparisonIsRepeated(at(played, stage), played.policy()))).toEqual([false, true, true, true]);
  });
  test('a report that came after its recheck’s day counts for that recheck, and the next one is asked for a year on', () => {
    const played = filed('deep', '2023-12-04').on('2024-12-20').do('recordRecheck', { doneOn: '2024-12-20', outcome: 'keep', hasReason: false });
    signed(played).do('recordComparison', found());
    expect(played.record.recheck?.nextDueOn).toBe('2025-12-04');
    expect(comparisonIsRepeated(at(played), played.policy())).toBe(true);
    const halfYearly = filed('relative', '2023-12-04').on('2024-12-20').do('recordRecheck', { doneOn: '2024-12-20', outcome: 'keep', hasReason: false });
    signed(halfYearly).do('recordComparison', found());
    const repeated = [comparisonIsRepeated(at(halfYearly), halfYearly.policy())];
    halfYearly.on('2025-06-04').do('recordRecheck', { doneOn: '2025-06-04', outcome: 'keep', hasReason: false });
    repeated.push(comparisonIsRepeated(at(halfYearly), halfYearly.policy()));
    expect(repeated).toEqual([false, true]);
  });
  test('one that came with its recheck is not asked for again while that recheck is still near', () => {
    const played = filed('deep', '2023-12-04').on('2024-11-10');
    signed(played).do('recordComparison', found());
    expect(played.record.recheck?.nextDueOn).toBe('2024-12-04');
    expect(comparisonIsRepeated(at(played), played.policy())).toBe(false);
  });
  test('a file that came in without a report is compared a year from its establishing', () => {
    const played = filed('deep', '2024-01-31');
    expect(comparisonIsRepeated(at(played), played.policy())).toBe(true);
    expect(comparisonIsRepeated(at(filed('relative', '2024-01-31')), played.policy())).toBe(false);
  });
  test('without a schedule there is no recheck to come with', () => {
    const { record } = filed('deep');
    expect(comparisonIsRepeated({ ...record, recheck: null }, filed('deep').policy())).toBe(false);
  });
});

test('figures that come with a report replace the declared ones', () => {
  const household = family({ incomeFen: 15_100_000 });
  expect(signed(filed('relative')).do('recordComparison', found({ household, result: 'undeclaredIncome', extraIncomeFen: 100 })).record.household).toEqual({ ...household, undeclaredIncomeFen: 100 });
});
