import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, type Client, type WorkflowHandle } from '@temporalio/client';
import { FLOOR_TASK_QUEUE, floorWorkflowType, stepUpdate, type FloorRow } from './messages';

/** About what a command's coded facts come to. */
const FACTS: FloorRow['facts'] = { decision: 'pass', actor: 'wx-liangxi-e1.clerk', orgId: 'wx-liangxi-e1', commandId: randomUUID() };

/** One workflow of the floor: as many Updates as a case has commands, the first of which starts it. */
export class FloorLife {
  private readonly workflowId = `floor-${randomUUID()}`;
  private handle: WorkflowHandle | undefined;

  constructor(
    private readonly client: Client,
    private readonly updates: number,
  ) {}

  /** @returns ms until the Update was answered */
  async step(): Promise<number> {
    const startedAt = performance.now();
    if (this.handle) await this.handle.executeUpdate<number, [FloorRow['facts']]>(stepUpdate, { args: [FACTS], updateId: randomUUID() });
    else await this.start();
    return performance.now() - startedAt;
  }

  private async start(): Promise<void> {
    const startWorkflowOperation = new WithStartWorkflowOperation(floorWorkflowType, {
      workflowId: this.workflowId,
      taskQueue: FLOOR_TASK_QUEUE,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [this.updates],
    });
    await this.client.workflow.executeUpdateWithStart(stepUpdate, { startWorkflowOperation, args: [FACTS] });
    this.handle = this.client.workflow.getHandle(this.workflowId);
  }
}
