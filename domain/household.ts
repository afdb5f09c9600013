import type { PlainDate } from './calendar-date';
import type { Fen } from './money';

/** 家庭成员: a co-living or legally maintained person. Facts only; names and ID numbers never come into domain/. */
export interface HouseholdMember {
  /** Number inside the application, from 1; the link to the person's name and ID number in the record. */
  memberNo: number;
  relation: Relation;
  birthOn?: PlainDate;
  /** Income of the 12 full months before the month of application. */
  annualIncomeFen: Fen;
  student?: boolean;
  ableBodied?: boolean;
}

export const RELATIONS = ['self', 'spouse', 'child', 'parent', 'grandparent', 'sibling', 'other'] as const;
export type Relation = (typeof RELATIONS)[number];

/** 刚性支出 of the 12-month window, net of every reimbursement. */
export interface RigidExpenses {
  medicalFen: Fen;
  educationFen: Fen;
  disabilityFen: Fen;
  housingFen: Fen;
  employmentFen: Fen;
  otherFen: Fen;
}

/** Qualifying causes of 意外致困 (R-WX-09a). */
export const ACCIDENT_CAUSES = ['suddenEvent', 'accidentalInjury', 'majorIllness'] as const;
export type AccidentCause = (typeof ACCIDENT_CAUSES)[number];

/** What an accident cost the household and what it got back (R-WX-09a). */
export interface Accident {
  cause: AccidentCause;
  eventOn: PlainDate;
  grossExpenseFen: Fen;
  compensationFen: Fen;
  insuranceFen: Fen;
  mutualAidFen: Fen;
  socialAssistanceFen: Fen;
  socialAidFen: Fen;
}

/** 困难职工家庭: the unit of assessment. */
export interface Household {
  members: HouseholdMember[];
  rigidExpenses: RigidExpenses;
  accident?: Accident;
  /** Income that a comparison found beyond what was declared; counts as household income. */
  undeclaredIncomeFen?: Fen;
}

/** The household as it was declared, without what a comparison found. */
export function withoutComparedIncome({ undeclaredIncomeFen, ...declared }: Household): Household {
  return declared;
}
