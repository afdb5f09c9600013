import type { RecordedStep } from './event-chain.store';
import { tasksOf, type DerivedTask } from './read-model.store';

/** Every task that a case has ever had; `closedAt`: when the step that answered it was recorded, null while it is open. */
export type PastTask = DerivedTask & { closedAt: string | null };

/** The tasks that a case's steps opened and closed, each once. */
export function taskHistory(caseId: string, steps: readonly RecordedStep[]): PastTask[] {
  const tasks = new Map<string, PastTask>();
  for (const { after, recordedAt } of steps) {
    const open = tasksOf(after);
    const openIds = new Set(open.map(({ id }) => id));
    for (const task of tasks.values()) if (task.closedAt === null && !openIds.has(task.id)) task.closedAt = recordedAt;
    for (const task of open) tasks.set(task.id, { ...task, closedAt: null });
  }
  return [...tasks.values()];
}
