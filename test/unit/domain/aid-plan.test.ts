import fc from 'fast-check';
import { checkLivingFloor, checkMedicalCap, livingShortfallFen, medicalCap } from '../../../domain/aid-plan';
import { assess } from '../../../domain/assessment';
import { anyAmountFen, household, policy, refusalsOf, standard, valueOf } from './given';

const wuxi = policy('wuxi-2023');
const bozhou = policy('bozhou-2023');
const assessed = (incomeFen: number, rigidFen = 0) =>
  valueOf(
    assess({ household: household({ incomeFen, rigidFen }), onDate: '2023-05-23', standard: standard(70_000), policy: bozhou }),
  );

describe('R-BZ-08: the living floor', () => {
  const floor = (planTotalFen: number, otherAidFen = 0, by = bozhou) =>
    checkLivingFloor({ policy: by, assessment: assessed(3_600_000, 1_500_000), planTotalFen, otherAidFen });

  test('the shortfall is the year’s standard less net income', () => {
    expect(livingShortfallFen(assessed(3_600_000, 1_500_000))).toBe(420_000);
  });
  test('negative net income makes it larger', () => {
    expect(livingShortfallFen(assessed(100, 1_100))).toBe(2_521_000);
  });
  test('who lives above the standard lacks nothing', () => {
    expect(livingShortfallFen(assessed(2_520_001))).toBe(0);
  });
  test('a plan that reaches the standard exactly passes', () => {
    expect(floor(420_000).accepted).toBe(true);
  });
  test('a plan one fen below is refused, and the fen is named', () => {
    expect(refusalsOf(floor(419_999))).toEqual([
      { code: 'BELOW_MIN_LIVING_FLOOR', rule: 'R-BZ-08', missingFen: 1, shortfallFen: 420_000 },
    ]);
  });
  test('aid from elsewhere counts', () => {
    expect(floor(400_000, 20_000).accepted).toBe(true);
  });
  test('Wuxi has no floor', () => {
    expect(floor(0, 0, wuxi).accepted).toBe(true);
  });
  test('what is missing, added to the plan, is enough', () => {
    fc.assert(
      fc.property(anyAmountFen, anyAmountFen, (planTotalFen, otherAidFen) => {
        const [refusal] = refusalsOf(floor(planTotalFen, otherAidFen));
        if (refusal?.code !== 'BELOW_MIN_LIVING_FLOOR') return;
        expect(floor(planTotalFen + refusal.missingFen, otherAidFen).accepted).toBe(true);
        expect(floor(planTotalFen + refusal.missingFen - 1, otherAidFen).accepted).toBe(false);
      }),
    );
  });
});

describe('R-WX-26: the medical cap', () => {
  const cap = (requestedFen: number, by = wuxi) => checkMedicalCap({ policy: by, capFen: 1_000, paidFen: 400, requestedFen });

  test('the cap itself may be reached', () => {
    expect(cap(600).accepted).toBe(true);
  });
  test('one fen more is refused, with what remains', () => {
    expect(refusalsOf(cap(601))).toEqual([
      { code: 'MEDICAL_CAP_EXCEEDED', rule: 'R-WX-26', capFen: 1_000, paidFen: 400, remainingFen: 600 },
    ]);
  });
  test('a profile without the cap does not refuse', () => {
    expect(cap(601, { ...wuxi, aid: { ...wuxi.aid, medicalCap: { value: false, assumption: 'A-19' } } }).accepted).toBe(true);
  });
  test('what remains is never negative and never more than the cap', () => {
    fc.assert(
      fc.property(anyAmountFen, anyAmountFen, (capFen, paidFen) => {
        const { remainingFen } = medicalCap({ capFen, paidFen });
        expect(remainingFen).toBe(paidFen > capFen ? 0 : capFen - paidFen);
      }),
    );
  });
  test.each([-1, 0.5, Number.NaN])('%p is a fault of the caller', (amount) => {
    expect(() => medicalCap({ capFen: amount, paidFen: 0 })).toThrow(RangeError);
    expect(() => cap(amount)).toThrow(RangeError);
  });
});
