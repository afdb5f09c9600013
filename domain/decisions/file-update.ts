import type { Household } from '../household';
import { accepted } from '../refusal';
import { policyInForce } from '../reference';
import { assessFile } from './classification';
import { checkHouseholdDates, type Decide, type NewFact } from './decide';
import { recheckCall } from './recheck-call';
import { scheduleAfter } from './recheck-schedule';

export interface FileUpdateFacts {
  visit: boolean;
  household?: Household;
}

/**
 * 更新档案, with or without a visit: what the campaigns of spring and autumn ask for (R-BZ-20, R-BZ-22). New figures are
 * assessed at once; where they speak against the class, a recheck is called for, and nothing changes before it.
 */
export const updateFile: Decide<FileUpdateFacts> = (record, { visit, household }, context) => {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const wrongHousehold = household && checkHouseholdDates(household, context.today);
  if (wrongHousehold) return wrongHousehold;
  const assessed = household ? assessFile(record, household, context) : accepted(null);
  if (!assessed.accepted) return assessed;

  const facts: NewFact[] = [{ type: 'fileUpdated', visit, household: household ?? null }];
  if (assessed.value) facts.push(assessed.value.fact, ...recheckCall(record, assessed.value.assessment));
  const updated = { ...record, fileUpdates: [...record.fileUpdates, { on: context.today, visit }] };
  const next = scheduleAfter(updated, policy.value, context.today, false);
  return accepted(next ? [...facts, next] : facts);
};
