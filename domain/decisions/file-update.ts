import type { Household } from '../household';
import { accepted } from '../refusal';
import { policyInForce } from '../reference';
import { assessFile } from './classification';
import { checkHouseholdDates, type Decide, type NewFact } from './decide';
import { accountChangedAfter, preparedDropped } from './disbursement';
import { recheckCall } from './recheck-call';
import { scheduleAfter } from './recheck-schedule';

export interface FileUpdateFacts {
  visit: boolean;
  household?: Household;
  /**
   * Where an account was given: whether it is another one than that on file, and the version of the case from which on that
   * was looked at. Accounts are compared where they are kept.
   */
  bankAccount?: { isAnother: boolean; seenAt: number };
}

/**
 * 更新档案, with or without a visit: what the campaigns of spring and autumn ask for (R-BZ-20, R-BZ-22). New figures are
 * assessed at once; where they speak against the class, a recheck is called for, and nothing changes before it.
 *
 * Another account takes back what was prepared for the old one and not released (R-BZ-07, R-BZ-31): whoever releases money
 * has looked at the account that it goes to. What was released goes where it was released to.
 */
export const updateFile: Decide<FileUpdateFacts> = (record, { visit, household, bankAccount }, context) => {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const wrongHousehold = household && checkHouseholdDates(household, context.today);
  if (wrongHousehold) return wrongHousehold;
  const assessed = household ? assessFile(record, household, context) : accepted(null);
  if (!assessed.accepted) return assessed;

  // Compared with an account that has gone meanwhile, the one given counts as another: to take money back is the safe side.
  const isAnother = bankAccount !== undefined && (bankAccount.isAnother || accountChangedAfter(record, bankAccount.seenAt));
  const facts: NewFact[] = [{ type: 'fileUpdated', visit, household: household ?? null, ...(isAnother && { bankAccountChanged: true }) }];
  if (isAnother) facts.push(...preparedDropped(record));
  if (assessed.value) facts.push(assessed.value.fact, ...recheckCall(record, assessed.value.assessment));
  const updated = { ...record, fileUpdates: [...record.fileUpdates, { on: context.today, visit }] };
  const next = scheduleAfter(updated, policy.value, context.today, false);
  return accepted(next ? [...facts, next] : facts);
};
