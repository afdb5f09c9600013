import type { PlainDate } from '../calendar-date';
import type { CaseFact } from '../case-events';
import { applyEvent, type CaseRecord } from '../case-record';
import type { Role } from '../case-facts';
import type { Household } from '../household';
import { refused, type Decision } from '../refusal';
import type { Reference } from '../reference';

/** Who sent a command: a signed-in person, by user name, organisation and roles. */
export interface Actor {
  user: string;
  orgId: string;
  roles: Role[];
  /** Whom the person stands in for; then organisation and roles are those of that person. */
  onBehalfOf?: string;
}

/** What a decision may look at besides the case and the command. */
export interface DecisionContext {
  /** The case's business date, Asia/Shanghai. */
  today: PlainDate;
  /** Null where nobody is signed in: an objection from the public. */
  actor: Actor | null;
  /** Identifies what the command makes (a plan, an objection), so that a decision taken twice makes the same. */
  commandId: string;
  reference: Reference;
}

/** A fact to be recorded; it takes effect today unless it says another day. */
export type NewFact = CaseFact & { effectiveOn?: PlainDate };

/**
 * Judges one command against a case. Pure: called once to accept or refuse, and again, with the same answer, when the
 * accepted command is carried out.
 */
export type Decide<Facts> = (record: CaseRecord, facts: Facts, context: DecisionContext) => Decision<NewFact[]>;

/** The record with one more fact of the step in the making; who did it and when it was written play no part in what rules look at. */
export function withFact(record: CaseRecord | null, { effectiveOn, ...fact }: NewFact, { today, commandId }: DecisionContext): CaseRecord {
  const seq = (record?.version ?? 0) + 1;
  return applyEvent(record, { ...fact, seq, effectiveOn: effectiveOn ?? today, actor: null, onBehalfOf: null, commandId });
}

/** Refuses a household with a member born, or an accident that happened, after today. */
export function checkHouseholdDates(household: Household, today: PlainDate): Decision<NewFact[]> | undefined {
  const dates = [
    ...household.members.map((member, index) => ({ field: `household.members.${index}.birthOn`, date: member.birthOn })),
    { field: 'household.accident.eventOn', date: household.accident?.eventOn },
  ];
  const wrong = dates.find(({ date }) => date !== undefined && date > today);
  return wrong && refused({ code: 'DATE_NOT_POSSIBLE', field: wrong.field, latest: today });
}

/** Refuses a date after today (nothing can be recorded before it happened) or before `earliest`. */
export function checkDate(field: string, date: PlainDate, context: DecisionContext, earliest?: PlainDate): Decision<NewFact[]> | undefined {
  if (date <= context.today && (!earliest || date >= earliest)) return undefined;
  return refused({ code: 'DATE_NOT_POSSIBLE', field, earliest, latest: context.today });
}
