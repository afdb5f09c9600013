import type { Pool } from 'pg';
import type { CaseActivities } from '../activities/record.activities';
import { daysBetween } from '../domain/calendar-date';
import type { CaseFactType } from '../domain/case-events';
import { findArrival } from '../store/figures.store';
import type { Step } from '../store/case-step.store';

/** With these a case leaves the state it was in. */
const LEAVING: readonly CaseFactType[] = ['phaseEntered', 'applicationWithdrawn', 'caseRejected'];
const DAY_SECONDS = 86_400;

export interface LeftState {
  state: string;
  clock: 'real' | 'simulated';
  seconds: number;
}

/**
 * The same activities, told of each state that a case leaves and how long it was in it. Asked for after the step was
 * answered, one row by its key, and only for steps that leave a state: nobody waits for it, and no scrape looks at old events.
 */
export function tellingDurations(activities: CaseActivities, pool: Pool, onLeft: (left: LeftState) => void, onFault: (error: unknown) => void): CaseActivities {
  return {
    ...activities,
    async recordStep(step) {
      const outcome = await activities.recordStep(step);
      if (outcome.written) leftState(pool, step).then((left) => left && onLeft(left), onFault);
      return outcome;
    },
  };
}

async function leftState(pool: Pool, { caseId, events }: Step): Promise<LeftState | undefined> {
  const leaving = events.find(({ type, seq }) => seq > 1 && LEAVING.includes(type));
  if (!leaving) return undefined;
  const arrival = await findArrival(pool, caseId, events[0]?.seq ?? 1);
  if (!arrival) return undefined; // the first step of a case comes from nowhere
  const { state, recordedAt, effectiveOn, isSimulated } = arrival;
  // Wall-clock time says nothing of a simulated case; its business dates do.
  if (isSimulated) return { state, clock: 'simulated', seconds: Math.max(0, daysBetween(effectiveOn, leaving.effectiveOn)) * DAY_SECONDS };
  return { state, clock: 'real', seconds: Math.max(0, (Date.now() - recordedAt.getTime()) / 1_000) };
}
