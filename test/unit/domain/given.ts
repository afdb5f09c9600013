import fc from 'fast-check';
import { addDays } from '../../../domain/calendar-date';
import type { PlainDate } from '../../../domain/calendar-date';
import type { Accident, Household } from '../../../domain/household';
import type { LivingStandard } from '../../../domain/living-standard';
import { policyOn } from '../../../domain/policy';
import type { Policy } from '../../../domain/policy';
import type { Decision, Refusal } from '../../../domain/refusal';
import type { Territory } from '../../../domain/territory';
import { loadPolicies } from '../../../policies/load';

/** 低保 of Wuxi in 2023/24: 12 months × 3 members = 3 942 000 fen. */
export const WUXI_STANDARD_FEN = 109_500;

export function standard(fenPerPersonMonth = WUXI_STANDARD_FEN): LivingStandard {
  return { regionCode: '320213', from: '2023-01-01', fenPerPersonMonth, basis: 'published', source: 'test' };
}

/** A household of three with the given yearly totals. */
export function household(
  { incomeFen, rigidFen = 0, members = 3 }: { incomeFen: number; rigidFen?: number; members?: number },
  accident?: Partial<Accident>,
): Household {
  return {
    members: Array.from({ length: members }, (_, index) => ({
      memberNo: index + 1,
      relation: index === 0 ? 'self' : 'other',
      annualIncomeFen: index === 0 ? incomeFen : 0,
    })),
    rigidExpenses: { medicalFen: rigidFen, educationFen: 0, disabilityFen: 0, housingFen: 0, employmentFen: 0, otherFen: 0 },
    ...(accident && { accident: { ...NO_COST_ACCIDENT, ...accident } }),
  };
}

const NO_COST_ACCIDENT: Accident = {
  cause: 'majorIllness',
  eventOn: '2023-09-01',
  grossExpenseFen: 0,
  compensationFen: 0,
  insuranceFen: 0,
  mutualAidFen: 0,
  socialAssistanceFen: 0,
  socialAidFen: 0,
};

const loaded = loadPolicies();

/** The profile in force at the end of 2023, as shipped. */
export function policy(id: string): Policy {
  const found = policyOn(
    loaded.policies.filter((candidate) => candidate.id === id),
    '2023-12-31',
  );
  if (!found) throw new RangeError(`no profile ${id}`);
  return found;
}

export function territory(changes: Partial<Territory> = {}): Territory {
  return {
    grassrootsOrgId: 'wx-liangxi-e1',
    countyOrgId: 'wx-liangxi',
    cityOrgId: 'wx',
    orgPath: ['wx-liangxi-e1', 'wx-liangxi', 'wx', 'js'],
    affiliation: 'countyUnion',
    regionCode: '320213',
    hasEmployer: true,
    ...changes,
  };
}

/** The value of a decision that must have been accepted. */
export function valueOf<T>(decision: Decision<T>): T {
  if (!decision.accepted) throw new Error(`refused: ${JSON.stringify(decision.refusals)}`);
  return decision.value;
}

export function refusalsOf(decision: Decision<unknown>): Refusal[] {
  return decision.accepted ? [] : decision.refusals;
}

export const anyDate: fc.Arbitrary<PlainDate> = fc.integer({ min: 0, max: 60_000 }).map((days) => addDays('1950-01-01', days));
export const anyAmountFen = fc.integer({ min: 0, max: 50_000_000 });
