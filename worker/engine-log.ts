import type { Logger, LogLevel, LogMetadata } from '@temporalio/common';
import type { JsonLog, LogLevel as Level } from '../infra/json-log';

const LEVELS: Record<LogLevel, Level> = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' };

/** More than a worker has in hand: of a run that something is told of, its case was told a moment before. */
const RUNS_KNOWN_MAX = 5_000;

/**
 * What the engine's library has to say, as lines of ours. Of what comes with a message only what names a run, an activity
 * or an error is taken: the rest may hold what a case was given.
 */
export function engineLog(log: JsonLog): Logger {
  const runs = new KnownRuns();
  const tell = (level: LogLevel, message: string, meta: LogMetadata = {}) => {
    const { workflowId, runId, activityType, attempt, taskQueue, error, failure } = meta as Record<string, unknown>;
    const caseId = runs.caseOf(runId, workflowId);
    log.log(LEVELS[level], { caseId, runId, activity: activityType, attempt, taskQueue, err: error ?? failureIn(failure) }, message);
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

/**
 * Which case a run belongs to. The native part of the library names only the run, when a task of it fails; the other part
 * tells run and workflow of every task it takes up, at a level that is never written.
 */
class KnownRuns {
  private readonly cases = new Map<unknown, string>();

  caseOf(runId: unknown, workflowId: unknown): string | undefined {
    if (typeof workflowId !== 'string') return this.cases.get(runId);
    const caseId = workflowId.replace(/^case-/, '');
    if (runId !== undefined) this.remember(runId, caseId);
    return caseId;
  }

  private remember(runId: unknown, caseId: string): void {
    this.cases.delete(runId); // so that the oldest is the one that has been silent for longest
    this.cases.set(runId, caseId);
    if (this.cases.size > RUNS_KNOWN_MAX) this.cases.delete(this.cases.keys().next().value);
  }
}

/** The native part tells a failure as a dump of its own data: what went wrong, and where, is taken out of it. */
function failureIn(failure: unknown): unknown {
  if (typeof failure !== 'string') return failure;
  const message = quoted('message', failure);
  return message === undefined ? failure : { name: 'WorkflowTaskFailure', message, stack: quoted('stack_trace', failure) };
}

function quoted(name: string, dump: string): string | undefined {
  const [, text] = new RegExp(`\\b${name}: "((?:[^"\\\\]|\\\\.)*)"`).exec(dump) ?? [];
  return text?.replace(/\\(.)/g, (_escape, character: string) => (character === 'n' ? '\n' : character));
}
