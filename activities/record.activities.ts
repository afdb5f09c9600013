import type { Pool } from 'pg';
import type { CaseRecord } from '../domain/case-record';
import { refoldCase } from '../store/case-refold.store';
import type { RecordKeys } from '../store/record-keys';
import { writeStep, type Step, type StepOutcome } from '../store/case-step.store';

export interface CaseActivities {
  recordStep(step: Step): Promise<StepOutcome>;
  /** The case as this code makes it of the recorded events, and the commands that led there. */
  readRecord(caseId: string): Promise<{ record: CaseRecord; commandIds: string[] }>;
}

/** Writes steps of cases into the record. Safe to run twice: a step is known by its case and the seq of its events. */
export function createCaseActivities({ pool, keys }: { pool: Pool; keys: RecordKeys }): CaseActivities {
  return {
    recordStep: (step) => writeStep(pool, keys, step),
    readRecord: (caseId) => refoldCase(pool, caseId),
  };
}
