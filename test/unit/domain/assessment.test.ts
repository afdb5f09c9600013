import fc from 'fast-check';
import { assess, standardDateFor } from '../../../domain/assessment';
import type { Assessment } from '../../../domain/assessment';
import type { HardshipClass } from '../../../domain/hardship-class-names';
import type { Household } from '../../../domain/household';
import type { Policy } from '../../../domain/policy';
import { anyAmountFen, household, policy, refusalsOf, standard, valueOf } from './given';

const wuxi = policy('wuxi-2023');
const bozhou = policy('bozhou-2023');
/** 1 × L × 12 × n for Wuxi's standard and three members. */
const ONCE = 3_942_000;

function assessed(of: Household, by: Policy = wuxi): Assessment {
  return valueOf(assess({ household: of, onDate: '2023-12-20', standard: standard(), policy: by }));
}
const eligible = (of: Household, by?: Policy): HardshipClass[] => assessed(of, by).eligible;

describe('Wuxi: deep', () => {
  test('R-WX-07: gross income of exactly twice the standard is still deep', () => {
    expect(eligible(household({ incomeFen: 2 * ONCE, rigidFen: ONCE + 1 }))).toContain('deep');
  });
  test('R-WX-07: one fen above twice the standard is no longer deep', () => {
    expect(eligible(household({ incomeFen: 2 * ONCE + 1, rigidFen: 2 * ONCE }))).toEqual(['relative']);
  });
  test('R-WX-07: net income equal to the standard is no longer deep', () => {
    expect(eligible(household({ incomeFen: 2 * ONCE, rigidFen: ONCE }))).toEqual(['relative']);
  });
  test('income found by a comparison counts', () => {
    const before = household({ incomeFen: 2 * ONCE, rigidFen: ONCE + 1 });
    expect(eligible({ ...before, undeclaredIncomeFen: 1 })).toEqual(['relative']);
  });
});

describe('Wuxi: relative', () => {
  test('R-WX-08: exactly three times gross and exactly twice net is still relative', () => {
    expect(eligible(household({ incomeFen: 3 * ONCE, rigidFen: ONCE }))).toEqual(['relative']);
  });
  test('R-WX-08: one fen above twice net fits no class', () => {
    const result = assessed(household({ incomeFen: 3 * ONCE, rigidFen: ONCE - 1 }));
    expect(result).toMatchObject({ eligible: [], recommended: 'none' });
  });
  test('R-WX-08: one fen above three times gross fits no class, however high the expenses', () => {
    expect(eligible(household({ incomeFen: 3 * ONCE + 1, rigidFen: 3 * ONCE }))).toEqual([]);
  });
});

describe('Wuxi: accidental', () => {
  test('R-WX-09: exactly four times gross, one fen below three times after the accident, is accidental', () => {
    expect(eligible(household({ incomeFen: 4 * ONCE }, { grossExpenseFen: ONCE + 1 }))).toEqual(['accidental']);
  });
  test('R-WX-09: three times after the accident is no longer accidental', () => {
    expect(eligible(household({ incomeFen: 4 * ONCE }, { grossExpenseFen: ONCE }))).toEqual([]);
  });
  test('R-WX-09: one fen above four times gross is not accidental', () => {
    expect(eligible(household({ incomeFen: 4 * ONCE + 1 }, { grossExpenseFen: 4 * ONCE }))).toEqual([]);
  });
  test('R-WX-09: rigid expenses that the accident did not cause are not deducted', () => {
    expect(eligible(household({ incomeFen: 4 * ONCE, rigidFen: 4 * ONCE }, { grossExpenseFen: ONCE }))).toEqual([]);
  });
  test('R-WX-09a: without an accident nothing is accidental, and the explanation says so', () => {
    const result = assessed(household({ incomeFen: ONCE }));
    expect(result.eligible).not.toContain('accidental');
    expect(result.accidentExpenseNetFen).toBeNull();
    expect(result.explanation).toContainEqual(expect.objectContaining({ rule: 'R-WX-09a', verdict: 'notMet' }));
  });
});

describe('A-03: what is recommended', () => {
  test('of all three, deep; all of them are returned', () => {
    const result = assessed(household({ incomeFen: ONCE, rigidFen: 1 }, { grossExpenseFen: 1 }));
    expect(result).toMatchObject({ eligible: ['deep', 'accidental', 'relative'], recommended: 'deep' });
  });
  test('accidental before relative', () => {
    const result = assessed(household({ incomeFen: 2 * ONCE }, { grossExpenseFen: 1 }));
    expect(result).toMatchObject({ eligible: ['accidental', 'relative'], recommended: 'accidental' });
  });
});

describe('Bozhou (A-28, test thresholds)', () => {
  test('has no cap on gross income', () => {
    expect(eligible(household({ incomeFen: 50 * ONCE, rigidFen: 50 * ONCE }), bozhou)).toContain('deep');
  });
  test('twice the standard net is no longer relative there, while it is in Wuxi', () => {
    expect(eligible(household({ incomeFen: 2 * ONCE }), bozhou)).toEqual([]);
    expect(eligible(household({ incomeFen: 2 * ONCE }))).toEqual(['relative']);
  });
  test('explains its limits as an assumption, never as a rule', () => {
    const rules = assessed(household({ incomeFen: ONCE }), bozhou).explanation.map(({ rule }) => rule);
    expect(new Set(rules)).toEqual(new Set(['A-02', 'A-28', 'A-03']));
  });
});

describe('figures', () => {
  test('net income may be negative and is not clamped', () => {
    expect(assessed(household({ incomeFen: 100, rigidFen: 1_000 })).netFen).toBe(-900);
  });
  test('a limit of hundredths is compared without rounding', () => {
    const deep = { ...wuxi.classes!.deep!, netMax: { value: { times: 1.35, inclusive: true }, assumption: 'A-28' } };
    const by: Policy = { ...wuxi, classes: { deep } };
    const limitFen = 5_321_700; // 1.35 × 109 500 × 12 × 3; in floating point 1.35 × 3 942 000 = 5 321 700.000000001
    expect(eligible(household({ incomeFen: limitFen }), by)).toEqual(['deep']);
    expect(eligible(household({ incomeFen: limitFen + 1 }), by)).toEqual([]);
  });
  test('amounts whose products pass 2^53 are still compared exactly', () => {
    const enormous = standard(2 ** 45);
    const limit = 2 * 2 ** 45 * 12;
    const fits = (incomeFen: number) =>
      valueOf(
        assess({
          household: household({ incomeFen, rigidFen: limit, members: 1 }),
          onDate: '2023-12-20',
          standard: enormous,
          policy: wuxi,
        }),
      ).eligible;
    expect(fits(limit)).toContain('deep');
    expect(fits(limit + 1)).not.toContain('deep');
  });
  test('sums beyond exact integers are a fault, not a class', () => {
    expect(() => assessed(household({ incomeFen: Number.MAX_SAFE_INTEGER, members: 1, rigidFen: 0 }))).not.toThrow();
    const twoTooMany = { ...household({ incomeFen: Number.MAX_SAFE_INTEGER }), undeclaredIncomeFen: 1 };
    expect(() => assessed(twoTooMany)).toThrow(RangeError);
    expect(() => assessed({ ...household({ incomeFen: 1 }), members: [] })).toThrow(RangeError);
  });
});

describe('properties', () => {
  const anyHousehold = fc
    .record({
      incomeFen: anyAmountFen,
      rigidFen: anyAmountFen,
      members: fc.integer({ min: 1, max: 8 }),
      accident: fc.option(fc.record({ grossExpenseFen: anyAmountFen, insuranceFen: anyAmountFen }), { nil: undefined }),
    })
    .map(({ accident, ...totals }) => household(totals, accident));

  test('a class is eligible exactly when none of its conditions is unmet', () => {
    fc.assert(
      fc.property(anyHousehold, fc.constantFrom(wuxi, bozhou), (of, by) => {
        const result = assessed(of, by);
        for (const name of ['deep', 'accidental', 'relative'] as const) {
          const conditions = result.explanation.filter(({ operands }) => operands.class === name);
          expect(result.eligible.includes(name)).toBe(conditions.every(({ verdict }) => verdict === 'met'));
          expect(conditions.length).toBeGreaterThan(0);
        }
      }),
    );
  });
  test('who is deep is also relative: the classes of both profiles are nested', () => {
    fc.assert(
      fc.property(anyHousehold, fc.constantFrom(wuxi, bozhou), (of, by) => {
        const names = eligible(of, by);
        expect(!names.includes('deep') || names.includes('relative')).toBe(true);
      }),
    );
  });
  test('more income never opens a class', () => {
    fc.assert(
      fc.property(anyHousehold, anyAmountFen, fc.constantFrom(wuxi, bozhou), (of, undeclaredIncomeFen, by) => {
        const before = eligible(of, by);
        expect(eligible({ ...of, undeclaredIncomeFen }, by).every((name) => before.includes(name))).toBe(true);
      }),
    );
  });
  test('the thresholds are whole multiples, and the figures add up', () => {
    fc.assert(
      fc.property(anyHousehold, (of) => {
        const result = assessed(of);
        const once = result.minLivingStandardFen * 12 * result.householdSize;
        expect(result.thresholdsFen).toEqual({ '1x': once, '2x': 2 * once, '3x': 3 * once, '4x': 4 * once });
        expect(result.netFen).toBe(result.incomeFen - result.rigidExpenseFen);
      }),
    );
  });
});

test.each(['jiangsu-2023', 'yunnan', 'qinhuangdao-2017'])(
  '%s gives thresholds by reference only: refused by name, not guessed',
  (id) => {
    const decision = assess({
      household: household({ incomeFen: 1 }),
      onDate: '2023-12-20',
      standard: standard(),
      policy: policy(id),
    });
    expect(refusalsOf(decision)).toEqual([{ code: 'POLICY_VALUE_MISSING', profile: id, missing: ['classes'] }]);
  },
);

test('a test value of the living standard is called one in the explanation', () => {
  const fixture = { ...standard(70_000), basis: 'fixture' as const };
  const result = valueOf(
    assess({ household: household({ incomeFen: 1 }), onDate: '2023-12-20', standard: fixture, policy: bozhou }),
  );
  expect(result.explanation[0]?.detail).toContain('a test value, not the real one');
});

test('A-02: the standard is that of the day of assessment, or of application where the profile says so', () => {
  const byApplication: Policy = { ...wuxi, standardDateBasis: { value: 'application', assumption: 'A-02' } };
  expect(standardDateFor(wuxi, '2024-06-20', '2024-07-03')).toBe('2024-07-03');
  expect(standardDateFor(byApplication, '2024-06-20', '2024-07-03')).toBe('2024-06-20');
});
