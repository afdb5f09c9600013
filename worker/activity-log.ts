import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { JsonLog } from '../infra/json-log';
import type { Step } from '../store/case-step.store';
import type { WorkerMetrics } from './metrics';

const CASE = /^case-/;

/**
 * Times every attempt of an activity and tells of it in one line: the case, which activity, of a step its events by kind
 * and number, and how it ended. What the activity was given is not told.
 */
export function toldActivities(metrics: WorkerMetrics, log: JsonLog): ActivityInterceptorsFactory {
  return ({ info: { activityType, attempt, workflowExecution } }) => ({
    inbound: {
      async execute({ args, headers }, next) {
        const stop = metrics.activities.startTimer({ activity: activityType });
        const caseId = workflowExecution?.workflowId.replace(CASE, '');
        const fields = { caseId, activity: activityType, attempt, ...(activityType === 'recordStep' ? stepOf(args[0] as Step) : {}) };
        try {
          const result = await next({ args, headers });
          log.log('info', { ...fields, durationMs: ms(stop({ outcome: 'done' })) }, 'activity');
          return result;
        } catch (error) {
          // Waiting for the bank is the normal course: as frequent as it is unremarkable.
          const isBenign = error instanceof ApplicationFailure && error.category === ApplicationFailureCategory.BENIGN;
          const durationMs = ms(stop({ outcome: isBenign ? 'notYet' : 'failed' }));
          if (isBenign) log.log('debug', { ...fields, durationMs }, 'activity: not yet');
          else log.log('warn', { ...fields, durationMs, err: error }, 'activity failed; it will be tried again');
          throw error;
        }
      },
    },
  });
}

function stepOf({ events }: Step): { step: string[]; version: number | undefined } {
  return { step: events.map(({ type }) => type), version: events.at(-1)?.seq };
}

function ms(seconds: number): number {
  return Math.round(seconds * 10_000) / 10;
}
