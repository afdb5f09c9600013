import type { ApplicationInput } from '../../../api/schemas/application';
import { freshPerson } from './id-number';

/** Where a worker belongs and who acts there. */
export interface Place {
  grassrootsOrgId: string;
  regionCode: string;
  clerk: string;
  /** County-level union above the grassroots union. */
  county: string;
  city: string;
}

function place(city: string, county: string, regionCode: string): Place {
  const grassrootsOrgId = `${county}-e1`;
  return { grassrootsOrgId, regionCode, clerk: `${grassrootsOrgId}.clerk`, county, city };
}

/** Wuxi: two notices, comparison before the review, medical cap. */
export const LIANGXI = place('wx', 'wx-liangxi', '320213');
/** Bozhou: one notice, comparison after the review and not for accidental cases, living floor. */
export const QIAOCHENG = place('bz', 'bz-qiaocheng', '341602');
/** Yunnan: its profile names no classes. */
export const WUHUA = place('km', 'km-wuhua', '530102');

/** A working day well inside the calendar: 2024-03-11 follows five working days later. */
export const MONDAY = '2024-03-04';

/** Amounts in fen. */
const NO_EXPENSES = { medicalFen: 0, educationFen: 0, disabilityFen: 0, housingFen: 0, employmentFen: 0, otherFen: 0 };

const ACCIDENT = {
  cause: 'majorIllness' as const,
  eventOn: '2024-01-15',
  grossExpenseFen: 3_000_000,
  compensationFen: 0,
  insuranceFen: 500_000,
  mutualAidFen: 0,
  socialAssistanceFen: 0,
  socialAidFen: 0,
};

/**
 * Figures of a household of one, by what the profiles make of them. One times the standard of a year is 13,140 yuan in Wuxi
 * and 8,400 yuan in Bozhou.
 */
const FIGURES = {
  /** Deep and relative everywhere; deep is recommended. */
  deep: { annualIncomeFen: 1_300_000, rigidExpenses: { ...NO_EXPENSES, medicalFen: 600_000 } },
  /** Wuxi: relative only. */
  relative: { annualIncomeFen: 2_000_000, rigidExpenses: { ...NO_EXPENSES, medicalFen: 600_000 } },
  /** Accidental only. */
  accidental: { annualIncomeFen: 4_500_000, rigidExpenses: NO_EXPENSES, accident: ACCIDENT },
  /** No class anywhere. */
  none: { annualIncomeFen: 9_000_000, rigidExpenses: NO_EXPENSES },
} satisfies Record<string, { annualIncomeFen: number; rigidExpenses: typeof NO_EXPENSES; accident?: typeof ACCIDENT }>;

export type Figures = keyof typeof FIGURES;

/** The income of the applicant and the costs of a household with these figures. */
export function householdOf(figures: Figures): { annualIncomeFen: number; rigidExpenses: typeof NO_EXPENSES; accident?: typeof ACCIDENT } {
  return FIGURES[figures];
}

export interface ApplicationChoice {
  at?: Place;
  figures?: Figures;
  /** Business day on which the case begins, at 09:00. */
  startsOn?: string;
  cardNumber?: string;
}

/** A complete application of a household nobody has heard of, on a simulated clock. */
export function givenApplication({ at = LIANGXI, figures = 'relative', startsOn = MONDAY, cardNumber = '6200001000000237577' }: ApplicationChoice = {}): ApplicationInput {
  const { idNumber, birthOn } = freshPerson();
  const { annualIncomeFen, ...costs } = FIGURES[figures];
  return {
    channel: 'selfApplication.offline',
    applicant: { name: '柏禾禾', idNumber, phone: '19900000021', unionMember: true, employmentStatus: 'employed' },
    employer: { orgId: at.grassrootsOrgId, name: '示例制造有限公司', regionCode: at.regionCode, affiliation: 'countyUnion', ownership: 'privateEnterprise' },
    residence: { regionCode: at.regionCode, address: '示例路217号' },
    household: { members: [{ memberNo: 1, name: '柏禾禾', idNumber, relation: 'self', birthOn, annualIncomeFen }], ...costs },
    claimedExpenses: [],
    materials: [
      { kind: 'application' },
      { kind: 'idCard' },
      { kind: 'householdRegister' },
      { kind: 'labourContract' },
      { kind: 'bankStatement', coversAllMembers: true },
    ],
    bankAccount: { holderName: '柏禾禾', bankName: '示例银行', cardNumber },
    simulation: { startsAt: `${startsOn}T09:00:00+08:00` },
  };
}
