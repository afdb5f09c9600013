import fc from 'fast-check';
import { accidentExpenseNetFen, adultMemberNos, householdIncomeFen, rigidExpensesFen } from '../../../domain/household-figures';
import { anyAmountFen, household } from './given';

const RETURNS = ['compensationFen', 'insuranceFen', 'mutualAidFen', 'socialAssistanceFen', 'socialAidFen'] as const;

test('income is that of all members and what a comparison found beyond it', () => {
  fc.assert(
    fc.property(fc.array(anyAmountFen, { minLength: 1, maxLength: 8 }), anyAmountFen, (incomes, undeclaredIncomeFen) => {
      const members = incomes.map((annualIncomeFen, index) => ({
        memberNo: index + 1,
        relation: 'other' as const,
        annualIncomeFen,
      }));
      const total = incomes.reduce((sum, income) => sum + income, 0);
      expect(householdIncomeFen({ ...household({ incomeFen: 0 }), members })).toBe(total);
      expect(householdIncomeFen({ ...household({ incomeFen: 0 }), members, undeclaredIncomeFen })).toBe(
        total + undeclaredIncomeFen,
      );
    }),
  );
});

test('every kind of rigid expense counts', () => {
  const rigidExpenses = {
    medicalFen: 1,
    educationFen: 20,
    disabilityFen: 300,
    housingFen: 4_000,
    employmentFen: 50_000,
    otherFen: 600_000,
  };
  expect(rigidExpensesFen({ ...household({ incomeFen: 0 }), rigidExpenses })).toBe(654_321);
});

describe('R-WX-09a: accident expense after all that came back', () => {
  test('there is none without an accident', () => {
    expect(accidentExpenseNetFen(household({ incomeFen: 0 }))).toBeNull();
  });
  test.each(RETURNS)('%s is taken off', (kind) => {
    expect(accidentExpenseNetFen(household({ incomeFen: 0 }, { grossExpenseFen: 1_000, [kind]: 400 }))).toBe(600);
  });
  test('it is never negative, and never more than the gross', () => {
    fc.assert(
      fc.property(
        anyAmountFen,
        fc.tuple(anyAmountFen, anyAmountFen, anyAmountFen, anyAmountFen, anyAmountFen),
        (grossExpenseFen, returns) => {
          const accident = { grossExpenseFen, ...Object.fromEntries(RETURNS.map((kind, index) => [kind, returns[index]])) };
          const net = accidentExpenseNetFen(household({ incomeFen: 0 }, accident));
          expect(net).toBe(Math.max(0, grossExpenseFen - returns.reduce((sum, amount) => sum + amount, 0)));
        },
      ),
    );
  });
});

test('R-BZ-A2: adults sign; who comes of age today is one, and who has no date of birth counts as one', () => {
  const birthdays = ['2006-06-12', '2006-06-13', undefined, '1980-01-01'];
  const members = birthdays.map((birthOn, index) => ({
    memberNo: index + 1,
    relation: 'other' as const,
    annualIncomeFen: 0,
    birthOn,
  }));
  expect(adultMemberNos({ ...household({ incomeFen: 0 }), members }, '2024-06-12', 18)).toEqual([1, 3, 4]);
});
