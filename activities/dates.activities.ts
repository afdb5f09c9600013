import type { Pool } from 'pg';
import { shanghaiDateAt } from '../domain/calendar-date';
import { passedDatesOf } from '../domain/decisions/passed-dates';
import { writeStep } from '../store/case-step.store';
import type { RecordKeys } from '../store/record-keys';
import { listPassedDates } from '../store/passed-dates.store';

export interface DateActivities {
  /** Records the dates of one batch of ended cases that have gone by; how many cases it changed. */
  passDates(): Promise<number>;
}

const CASES_PER_BATCH = 200;

/** Safe to run twice and at once: a step that somebody else has written is found written. */
export function createDateActivities({ pool, keys }: { pool: Pool; keys: RecordKeys }): DateActivities {
  return {
    async passDates() {
      const due = await listPassedDates(pool, CASES_PER_BATCH);
      for (const { record, clockOffsetMs, referenceDigest } of due) {
        const nowMs = Date.now() + clockOffsetMs;
        const facts = passedDatesOf(record, shanghaiDateAt(nowMs));
        const events = facts.map((fact, index) => ({ ...fact, seq: record.version + 1 + index, actor: null, onBehalfOf: null, commandId: null }));
        const last = events.at(-1);
        if (last) await writeStep(pool, keys, { caseId: record.caseId, events, nowMs, referenceDigest });
      }
      return due.length;
    },
  };
}
