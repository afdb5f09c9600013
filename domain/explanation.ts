/**
 * One reason of a decision, with the numbers it was made with, so that a reviewer can check it by hand.
 */
export interface Explanation {
  /** What the value rests on: a rule of a document (R-…), a labelled assumption (A-nn) or a named public fact. Never a quote. */
  rule: string;
  /** `chosen`: not a condition but a choice among several. */
  verdict: 'met' | 'notMet' | 'chosen';
  /** One plain sentence with the numbers. */
  detail: string;
  operands: Record<string, number | string | boolean>;
}

/** What a policy value rests on. Profiles are checked to give exactly one of the three. */
export interface Citation {
  rule?: string;
  assumption?: string;
  fact?: string;
}

/** The label under which a policy value is explained: its rule, assumption or fact. */
export function labelOf({ rule, assumption, fact }: Citation): string {
  return rule ?? assumption ?? fact ?? 'uncited';
}
