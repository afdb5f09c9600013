import type { Pool } from 'pg';
import type { CaseRecord } from '../domain/case-record';
import { listEvents } from '../store/case-event.store';
import { writeStep, type Step, type StepOutcome } from '../store/case-step.store';
import { findAnyCase } from '../store/case.store';

export interface CaseActivities {
  recordStep(step: Step): Promise<StepOutcome>;
  /** The case as the record has it, and the commands that led there. */
  readRecord(caseId: string): Promise<{ record: CaseRecord; commandIds: string[] }>;
}

/** Writes steps of cases into the record. Safe to run twice: a step is known by its case and the seq of its events. */
export function createCaseActivities({ pool }: { pool: Pool }): CaseActivities {
  return {
    recordStep: (step) => writeStep(pool, step),
    async readRecord(caseId) {
      const stored = await findAnyCase(pool, caseId);
      if (!stored) throw new Error(`case ${caseId} is not in the record`);
      const events = await listEvents(pool, caseId);
      return { record: stored.record, commandIds: [...new Set(events.flatMap((event) => event.commandId ?? []))] };
    },
  };
}
