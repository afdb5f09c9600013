import type { PlainDate } from '../calendar-date';
import type { Household } from '../household';
import type { HardshipClass } from '../hardship-class-names';
import type { Fen } from '../money';
import { accepted, type Decision } from '../refusal';
import { policyInForce } from '../reference';
import { fileTermsOf, standingOf } from '../standing';
import type { Territory } from '../territory';
import { assessFile } from './classification';
import { checkDate, checkHouseholdDates, withFact, type DecisionContext, type NewFact } from './decide';
import { requestSyncs } from './establish-file';
import { scheduleFrom } from './recheck-schedule';

export interface ImportFacts {
  caseId: string;
  number: string;
  territory: Territory;
  household: Household;
  hardshipClass: HardshipClass;
  establishedOn: PlainDate;
  monthlyLivingAidFen: Fen | null;
  /** The importing organisation owns the file, whatever the class's route would say. */
  ownerOrgId: string;
  simulated: boolean;
  /** There where it comes with an account: who imports it does not pay to that (R-BZ-31). */
  bringsAccount?: true;
}

/**
 * The first facts of a file that existed before, on paper or in another system: active at once, with its class as it is
 * given. The figures are assessed where the tables allow it, so that the next recheck has something to compare with.
 */
export function importFile({ establishedOn, ownerOrgId, ...facts }: ImportFacts, context: DecisionContext): Decision<NewFact[]> {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const wrongDate = checkDate('establishedOn', establishedOn, context) ?? checkHouseholdDates(facts.household, context.today);
  if (wrongDate) return wrongDate;

  const { number, territory, hardshipClass } = facts;
  const decided = standingOf(hardshipClass, territory, policy.value);
  const standing = decided.accepted ? { ...decided.value, reviewerOrgId: ownerOrgId } : null;
  const file = {
    id: `file-${context.commandId}`,
    number: `DA-${number}`,
    ownerOrgId,
    fileLevel: null,
    establishedOn,
    withdrawnOn: null,
    retentionEndsOn: null,
    reopenedOn: null,
  };
  const imported: NewFact = { type: 'fileImported', ...facts, standing, file };
  const record = withFact(null, imported, context);
  const assessed = assessFile(record, facts.household, context);
  const kind = fileTermsOf(hardshipClass, policy.value).certificateKind;
  return accepted([
    imported,
    ...(assessed.accepted && assessed.value ? [assessed.value.fact] : []),
    ...(kind ? [{ type: 'certificateIssued' as const, number: `ZS-${number}`, kind, effectiveOn: establishedOn }] : []),
    ...requestSyncs(hardshipClass, policy.value),
    { type: 'phaseEntered', state: 'active' },
    scheduleFrom(record, policy.value, establishedOn, context.today),
  ]);
}
