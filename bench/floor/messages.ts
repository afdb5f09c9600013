/** The queue that the floor's worker polls. */
export const FLOOR_TASK_QUEUE = 'bench-floor';
export const floorWorkflowType = 'floor';
export const stepUpdate = 'step';

/** One row of the floor; like a case's events it carries some coded facts. */
export interface FloorRow {
  workflowId: string;
  seq: number;
  facts: Record<string, string>;
}
