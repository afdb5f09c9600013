import type { PlainDate } from './calendar-date';
import type { LivingStandard } from './living-standard';
import { policyOn, type Policy } from './policy';
import { accepted, refused, type Decision } from './refusal';
import type { WorkingCalendar } from './working-days';

/**
 * The tables a case decides by: the policy versions of its organisation, the living standards of its region, the
 * calendar. Handed to a case as data; `digest` tells whether the tables have changed since.
 */
export interface Reference {
  digest: string;
  policies: Policy[];
  standards: LivingStandard[];
  calendar: WorkingCalendar;
}

/** The policy in force on `date`; refused by name when the organisation has none yet. */
export function policyInForce(reference: Reference, date: PlainDate): Decision<Policy> {
  const policy = policyOn(reference.policies, date);
  return policy ? accepted(policy) : refused({ code: 'POLICY_VALUE_MISSING', profile: 'none in force', missing: [`a profile in force on ${date}`] });
}
