import { workflowInfo } from '@temporalio/workflow';

/**
 * Does what a workflow task waits for, and goes on only in the task in which it was begun.
 *
 * The engine keeps a task that brings nothing but a command in its memory alone, and forgets it when its shard moves or
 * its database was away. The next task then takes the place of one that the worker is still in: its events carry numbers
 * that the forgotten one had, and the worker passes over them as seen. Somebody's answer would be lost without a word, and
 * the run could never be replayed.
 * @throws Error when the task is another one. It is no failure of the workflow: the worker gives the task back and does it
 *   anew from the history, where nothing is missing; what was done is done twice, and must bear it.
 */
export async function inTheSameTask<Result>(work: () => Promise<Result>): Promise<Result> {
  const begun = presentTask();
  const result = await work();
  const present = presentTask();
  if (begun !== undefined && present !== undefined && begun !== present) {
    throw new Error(`what was begun in the task up to event ${begun} ended in another, up to event ${present}: it is done anew`);
  }
  return result;
}

/** The last event of the task at hand; undefined in a replay, which does not wait and has no task to lose. */
function presentTask(): number | undefined {
  const { historyLength, unsafe } = workflowInfo();
  return unsafe.isReplaying ? undefined : historyLength;
}
