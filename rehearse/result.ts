import type { JsonObject } from './json';
import type { Difference } from './match';

/** What one step did and where it is not what the scenario says. */
export interface StepResult {
  /** From 1. */
  number: number;
  /** Business date on which the step ran, `YYYY-MM-DD`; undefined where the scenario has no date yet. */
  on?: string;
  as: string | null;
  /** e.g. `submitApplication`, `check case` */
  what: string;
  /** e.g. `visit` (the case's state), `refused EXIT_NOTICE_REQUIRED`, `200` */
  outcome: string;
  differences: Difference[];
  /** What kept the step from being played as written: an unknown reference, a case that cannot be read, no answer. */
  fault?: string;
}

/** A saved case's events as `listCaseEvents` tells them, for whoever must find out why a scenario failed. */
export interface CaseTimeline {
  name: string;
  events: JsonObject[];
  /** Why there are none, or not all. */
  note?: string;
}

export type ScenarioResult = { id: string; title: string; tookMs: number } & (
  | { verdict: 'passed'; steps: StepResult[] }
  | { verdict: 'failed'; steps: StepResult[]; stepsInAll: number; timelines: CaseTimeline[] }
  | { verdict: 'notYetCovered'; missingOperations: string[] }
);

/** A step that did not go as written. */
export function wentWrong(step: StepResult): boolean {
  return step.fault !== undefined || step.differences.length > 0;
}
