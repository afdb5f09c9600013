import type { ComparisonFacts } from '../../../../domain/decisions/comparison';
import { BOZHOU_DEEP, LIANGXI, PASS, PlayedCase, WOYANG, WUXI_DEEP, family } from '../played-case';

const noticed = () => PlayedCase.apply(LIANGXI, WUXI_DEEP).to('noticed').enter('upperReview');
const reviewedInBozhou = () => PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' }).to('reviewed').enter('planning');
const found = (facts: Partial<ComparisonFacts>): ComparisonFacts => ({ result: 'consistent', extraIncomeFen: 0, ...facts });

describe('authorisation (R-BZ-A2)', () => {
  test('A-31: still valid six months later to the day, not a day longer', () => {
    expect(noticed().on('2024-05-13').decide('recordComparison', found({})).accepted).toBe(true);
    expect(noticed().on('2024-05-14').refusals('recordComparison', found({}))).toEqual([{ code: 'AUTHORIZATION_MISSING', rule: 'R-BZ-A2', memberNos: [1, 2] }]);
  });
  test('an adult whom the visit found must have signed before anything is compared', () => {
    const [first, second, child] = WUXI_DEEP.members;
    const members = [first!, second!, child!, { memberNo: 4, relation: 'parent' as const, birthOn: '1950-01-01', annualIncomeFen: 0 }];
    const played = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('accepted');
    played.do('recordVisit', { visitedOn: played.today, visitors: ['unionCadre', 'volunteer'], sections: ['family', 'cause', 'need', 'aidReceived'], household: { ...WUXI_DEEP, members } });
    expect(played.refusals('recordComparison', found({}))).toEqual([{ code: 'AUTHORIZATION_MISSING', rule: 'R-BZ-A2', memberNos: [4] }]);
  });
});

describe('what was found counts', () => {
  test('A-14: income found lowers the class, and the case goes to the union of the new one; notice and comparison are not repeated', () => {
    const played = noticed().do('recordComparison', found({ result: 'undeclaredIncome', extraIncomeFen: 3_000_000 }));
    expect(played.record).toMatchObject({
      hardshipClass: 'relative',
      assessment: { incomeFen: 9_000_000 },
      standing: { reviewerOrgId: 'wx-liangxi', recheckMonths: 6 },
      comparison: { result: 'undeclaredIncome' },
      notices: [{ kind: 'first', outcome: 'noObjection' }],
    });
    expect(played.events.at(-1)).toMatchObject({ type: 'transferred', fromOrgId: 'wx', toOrgId: 'wx-liangxi' });
    expect(played.do('decideUpperReview', PASS).record.upperReviewedOn).toBe(played.today);
  });
  test('the same class and union is no transfer', () => {
    expect(noticed().do('recordComparison', found({})).events.map(({ type }) => type)).not.toContain('transferred');
  });
  test('the latest report counts: what it found replaces what an earlier one had found', () => {
    const played = noticed().do('recordComparison', found({ result: 'undeclaredIncome', extraIncomeFen: 3_000_000 }));
    expect(played.do('recordComparison', found({ result: 'undeclaredIncome', extraIncomeFen: 100 })).record.assessment?.incomeFen).toBe(6_000_100);
    expect(played.do('recordComparison', found({})).record).toMatchObject({ assessment: { incomeFen: 6_000_000 }, hardshipClass: 'deep', comparison: { result: 'consistent' } });
  });
  test('a household that comes with the report replaces the declared one', () => {
    const household = family({ incomeFen: 6_000_000, medicalFen: 2_600_000 });
    expect(noticed().do('recordComparison', found({ household, extraIncomeFen: 50_000 })).record).toMatchObject({
      household: { ...household, undeclaredIncomeFen: 50_000 },
      assessment: { netFen: 3_450_000 },
    });
  });
  test('income found up to the last fen of the limit keeps the class; one fen more does not (R-WX-07)', () => {
    // net 3 500 000 + 441 999 = 3 941 999 < 3 942 000
    expect(noticed().do('recordComparison', found({ extraIncomeFen: 441_999 })).record.hardshipClass).toBe('deep');
    expect(noticed().do('recordComparison', found({ extraIncomeFen: 442_000 })).record.hardshipClass).toBe('relative');
  });
});

describe('a comparison after the review (Bozhou)', () => {
  test.each(['undeclaredAsset', 'identityMismatch'] as const)('%s reopens the review, since the reviewer could not know it', (result) => {
    const played = reviewedInBozhou().do('recordComparison', found({ result }));
    expect(played.events.at(-1)?.type).toBe('reviewReopened');
    expect(played.record).toMatchObject({ upperReviewedOn: null, comparison: { result } });
  });
  test('a household that fits no class any more is reviewed anew, and cannot be passed', () => {
    const played = reviewedInBozhou().do('recordComparison', found({ result: 'undeclaredIncome', extraIncomeFen: 9_000_000 }));
    expect(played.record).toMatchObject({ hardshipClass: 'none', upperReviewedOn: null });
    expect(played.enter('upperReview').refusals('decideUpperReview', PASS)).toMatchObject([{ code: 'CLASS_NOT_ELIGIBLE' }]);
    expect(played.do('decideUpperReview', { decision: 'reject', hasClassReason: false }).record.state).toBe('rejected');
  });
  test('a reopened review that passes leads to the plan, without another comparison or notice', () => {
    const played = reviewedInBozhou().do('recordComparison', found({ result: 'undeclaredAsset' })).enter('upperReview').do('decideUpperReview', PASS).enter('planning');
    expect(played.do('proposeAidPlan', { items: [{ aidType: 'living', amountFen: 420_000 }] }).record.aidPlans).toMatchObject([{ state: 'proposed' }]);
    expect(played.record.notices).toHaveLength(1);
  });
  test('a lower class that still fits does not reopen the review', () => {
    const played = reviewedInBozhou().do('recordComparison', found({ result: 'undeclaredIncome', extraIncomeFen: 500_000 }));
    expect(played.record).toMatchObject({ hardshipClass: 'relative', upperReviewedOn: '2023-05-17' });
  });
  test('before the review nothing is reopened, whatever was found (Wuxi)', () => {
    expect(noticed().do('recordComparison', found({ result: 'identityMismatch' })).events.map(({ type }) => type)).not.toContain('reviewReopened');
  });
});
