import type { Logger, LogLevel, LogMetadata } from '@temporalio/common';
import type { JsonLog, LogLevel as Level } from '../infra/json-log';

const LEVELS: Record<LogLevel, Level> = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' };

/**
 * What the engine's library has to say, as lines of ours. Of what comes with a message only what names a run, an activity
 * or an error is taken: the rest may hold what a case was given.
 */
export function engineLog(log: JsonLog): Logger {
  const tell = (level: LogLevel, message: string, meta: LogMetadata = {}) => {
    const { workflowId, runId, activityType, attempt, taskQueue, error, failure } = meta as Record<string, unknown>;
    const caseId = typeof workflowId === 'string' ? workflowId.replace(/^case-/, '') : undefined;
    log.log(LEVELS[level], { caseId, runId, activity: activityType, attempt, taskQueue, err: error ?? failure }, message);
  };
  return {
    log: tell,
    trace: (message, meta) => tell('TRACE', message, meta),
    debug: (message, meta) => tell('DEBUG', message, meta),
    info: (message, meta) => tell('INFO', message, meta),
    warn: (message, meta) => tell('WARN', message, meta),
    error: (message, meta) => tell('ERROR', message, meta),
  };
}
