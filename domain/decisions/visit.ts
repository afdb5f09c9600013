import { addMonths, type PlainDate } from '../calendar-date';
import { FOUR_CLEAR, type FourClearSection, type VisitorKind } from '../case-facts';
import type { Household } from '../household';
import { accepted, refused } from '../refusal';
import { policyInForce } from '../reference';
import { assessToday } from './classification';
import { checkDate, checkHouseholdDates, type Decide } from './decide';

export interface VisitFacts {
  visitedOn: PlainDate;
  visitors: VisitorKind[];
  /** Those of them who are users, by user name. */
  visitorUsers?: string[];
  /** Those of them who are near to the household; left out where none is. */
  recusedUsers?: string[];
  /** The sections that have text; the text itself stays with the command. */
  sections: FourClearSection[];
  household?: Household;
}

/** 入户走访: complete only with all four sections and enough visitors (R-JS-13), none of them near to the household (R-BZ-31). New figures are assessed at once. */
export const recordVisit: Decide<VisitFacts> = (record, facts, context) => {
  const policy = policyInForce(context.reference, context.today);
  if (!policy.accepted) return policy;
  const missing: string[] = FOUR_CLEAR.filter((section) => !facts.sections.includes(section));
  if (facts.visitors.length < policy.value.visit.visitorsMin.value) missing.push('visitors');
  if (missing.length > 0) return refused({ code: 'VISIT_INCOMPLETE', rule: 'R-JS-13', missing });
  if (facts.recusedUsers?.length) return refused({ code: 'PERSON_RECUSED', rule: 'R-BZ-31', users: facts.recusedUsers });
  // A relapse is looked into after the exit that it follows. A visit may have found the household before it applied, but figures older than the income window say nothing.
  const beforeApplication = addMonths(record.appliedOn, -policy.value.incomeWindowMonths.value);
  const earliest = record.relapse ? (record.exit?.effectiveOn ?? beforeApplication) : beforeApplication;
  const wrongDate = checkDate('visitedOn', facts.visitedOn, context, earliest);
  if (wrongDate) return wrongDate;
  const wrongHousehold = facts.household && checkHouseholdDates(facts.household, context.today);
  if (wrongHousehold) return wrongHousehold;
  const visited = { type: 'visitRecorded' as const, visitedOn: facts.visitedOn, visitors: facts.visitors, household: facts.household ?? null, ...withUsers(facts) };
  if (!facts.household) return accepted([visited]);
  const assessed = assessToday(record, facts.household, context);
  if (!assessed.accepted) return assessed;
  const { assessment, policy: by } = assessed.value;
  return accepted([visited, { type: 'assessed', assessment, policy: { id: by.id, version: by.version } }]);
};

function withUsers({ visitorUsers = [] }: VisitFacts): { visitorUsers?: string[] } {
  return visitorUsers.length === 0 ? {} : { visitorUsers };
}
