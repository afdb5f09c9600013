import type { PlainDate } from './calendar-date';
import type { CampaignKind, ExitVerifier } from './case-facts';
import type { ClassOrNone, HardshipClass } from './hardship-class-names';
import type { AccidentCause } from './household';

/**
 * A policy value with where it comes from: a rule of a source document (R-…), a labelled assumption (A-nn),
 * or a fact from other public material. Exactly one of the three is given.
 */
export interface Cited<T> {
  value: T;
  rule?: string;
  assumption?: string;
  fact?: string;
}

/** `amount ≤ times × L × 12 × n` (inclusive) or `<` (not inclusive); `times` has at most two decimals. */
export interface TimesLimit {
  times: number;
  inclusive: boolean;
}

/** Which of the two deductions the net income of a class uses. */
export type Deduction = 'rigidExpenses' | 'accidentExpenseNet';

/** When a household fits a class. A limit that the jurisdiction does not have is left out. */
export interface ClassRule {
  incomeMax?: Cited<TimesLimit>;
  netMax?: Cited<TimesLimit>;
  deducts: Cited<Deduction>;
  /** Qualifying causes; left out where the class needs none. */
  causes?: Cited<AccidentCause[]>;
}

export const AFFILIATIONS = ['countyUnion', 'developmentZoneUnion', 'bureauCompanyUnion', 'directUnitUnion'] as const;
/** Which kind of county-level union the worker's unit belongs to (R-WX-36). */
export type Affiliation = (typeof AFFILIATIONS)[number];

/** One line of the routing table; the first line that fits names the level of the upper reviewer. */
export interface Route {
  classes: ClassOrNone[];
  onlyRegions?: string[];
  exceptRegions?: string[];
  affiliations?: Affiliation[];
  to: 'city' | 'county';
  rule?: string;
  assumption?: string;
}

export const NOTICE_PLACES = ['employer', 'residentialCommunity', 'sameLevelMedia'] as const;
export type NoticePlace = (typeof NOTICE_PLACES)[number];

/** A yearly window in which every active file is visited or updated (Bozhou). Month and day, inclusive. */
export interface CampaignWindow {
  name: string;
  kind: CampaignKind;
  from: string;
  until: string;
}

/**
 * The rules in force for one organisation on one date: a profile with all it inherits. Values that no document and no
 * assumption gives are absent; a decision that needs one is refused by name (POLICY_VALUE_MISSING), never guessed.
 */
export interface Policy {
  id: string;
  version: number;
  effectiveFrom: PlainDate;
  standardDateBasis: Cited<'assessment' | 'application'>;
  incomeWindowMonths: Cited<number>;
  classes?: Partial<Record<HardshipClass, ClassRule>>;
  classPrecedence: Cited<HardshipClass[]>;
  routes?: Route[];
  notice: {
    required?: Cited<1 | 2>;
    workingDays: Cited<number>;
    firstPlaces: Cited<NoticePlace[]>;
    secondPlaces?: Cited<NoticePlace[]>;
  };
  visit: { visitorsMin: Cited<number> };
  authorization: { validityMonths: Cited<number>; adultAge: Cited<number> };
  comparison: {
    requiredFor: Cited<ClassOrNone[]>;
    position: Cited<'beforeUpperReview' | 'afterUpperReview'>;
    validityMonths: Cited<number>;
    /** After how many months a file is compared again at its recheck. */
    repeatMonths: Cited<number>;
  };
  aid: {
    /** Whether a plan must lift the household to the living standard (R-BZ-08). */
    livingFloor: Cited<boolean>;
    /** Whether medical aid of a year is capped by the year's self-paid medical total (R-WX-26). */
    medicalCap: Cited<boolean>;
  };
  collectiveApproval: { votersMin: Cited<number> };
  filing: { required: Cited<boolean>; gatesPayment: Cited<boolean> };
  certificate?: Cited<string>;
  /** Outside systems that are told of a file. */
  systems: Cited<string[]>;
  recheck: {
    months?: Partial<Record<HardshipClass, Cited<number>>>;
    campaigns?: Cited<CampaignWindow>[];
    /** How many days before its due date a recheck is work for the task list. */
    leadDays: Cited<number>;
    /** How many days after its due date an overdue recheck also reaches the union that owns the file. */
    escalatesAfterDays: Cited<number>;
    /** Whether the profile knows 解困: hardship eased, the file stays in regular aid. */
    relieves: Cited<boolean>;
    /** Whether 脱困 means an income per person above the living standard, where no class limits say who is in hardship. */
    liftsAboveStandard: Cited<boolean>;
  };
  exit: {
    noticeAlways: Cited<boolean>;
    workerConfirms: Cited<boolean>;
    grassrootsConfirms: Cited<boolean>;
    /** Who verifies an exit before a notice that is posted in any case. */
    verifiers: Cited<ExitVerifier[]>;
    /** Whether a lift-out rests on a visit to the household. */
    restsOnVisit: Cited<boolean>;
    /** How old that visit may be when the file leaves, in months. */
    evidenceMonths: Cited<number>;
  };
  phaseOut: {
    monthsMin: Partial<Record<HardshipClass, Cited<number>>>;
    monthsMax: Partial<Record<HardshipClass, Cited<number>>>;
    monthsDefault: Partial<Record<HardshipClass, Cited<number>>>;
    aidContinues: Cited<boolean>;
  };
  retentionYears: Cited<number>;
  monitoringYears: Cited<number>;
}

/** The version in force on `date`: the latest that has begun; undefined when none has. */
export function policyOn(versions: readonly Policy[], date: PlainDate): Policy | undefined {
  return versions
    .filter((policy) => policy.effectiveFrom <= date)
    .sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? 1 : -1))[0];
}
