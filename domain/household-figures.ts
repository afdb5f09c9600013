import { ageOn } from './calendar-date';
import type { PlainDate } from './calendar-date';
import type { Household } from './household';
import { sumFen } from './money';
import type { Fen } from './money';

/** Income of all members in the 12-month window, with what a comparison found beyond the declared. */
export function householdIncomeFen(household: Household): Fen {
  return sumFen([...household.members.map((member) => member.annualIncomeFen), household.undeclaredIncomeFen ?? 0]);
}

/** 刚性支出: all rigid expenses of the 12-month window. @see R-WX-07, A-01 */
export function rigidExpensesFen({ rigidExpenses: expenses }: Household): Fen {
  return sumFen([
    expenses.medicalFen,
    expenses.educationFen,
    expenses.disabilityFen,
    expenses.housingFen,
    expenses.employmentFen,
    expenses.otherFen,
  ]);
}

/**
 * 意外致困必要支出: what the accident cost the household after all it got back, never below 0; `null` without an accident.
 *
 * @see R-WX-09a
 */
export function accidentExpenseNetFen({ accident }: Household): Fen | null {
  if (!accident) return null;
  const returnedFen = sumFen([
    accident.compensationFen,
    accident.insuranceFen,
    accident.mutualAidFen,
    accident.socialAssistanceFen,
    accident.socialAidFen,
  ]);
  return Math.max(0, accident.grossExpenseFen - returnedFen);
}

/**
 * Numbers of the members who are of age on `onDate` and so must sign the authorisation themselves.
 *
 * Without a date of birth a member counts as adult: a signature too many does no harm, a missing one voids the comparison.
 * @param adultAge full years from which on a person is of age
 * @see R-BZ-A2
 */
export function adultMemberNos(household: Household, onDate: PlainDate, adultAge: number): number[] {
  return household.members
    .filter(({ birthOn }) => birthOn === undefined || ageOn(birthOn, onDate) >= adultAge)
    .map(({ memberNo }) => memberNo);
}
