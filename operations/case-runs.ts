import { Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { EngineAway, CaseEngine } from '../api/engine';
import type { ReferenceTables } from '../api/reference-tables';
import { findAnyCase } from '../store/case.store';
import { readChains } from '../store/event-chain.store';
import type { RunningWorkflow } from '../store/reconcile.store';
import { CASE_TASK_QUEUE, caseWorkflowId, caseWorkflowType, type CaseStart } from '../workflows/case/messages';
import { searchAttributesOf } from '../workflows/case/operator-view';

const PAGE = 1_000;
const CASE_ID = new RegExp(`^${caseWorkflowId('([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})')}$`);
/** As many as a case itself carries over into its next run. */
const REMEMBERED_COMMANDS = 100;

/** The runs of cases in the engine, as an operator's tool lists, starts and ends them. */
export class CaseRuns {
  private readonly client: Client;
  private readonly engine: CaseEngine;

  constructor(
    connection: Connection,
    namespace: string,
    private readonly pool: Pool,
    private readonly tables: ReferenceTables,
  ) {
    this.client = new Client({ connection, namespace });
    this.engine = new CaseEngine(connection, namespace, CASE_TASK_QUEUE);
  }

  /** All that the engine lists as running, in pages. The list lags behind: what is missing in it has to be asked for by name. */
  async *running(): AsyncGenerator<RunningWorkflow[]> {
    let page: RunningWorkflow[] = [];
    const query = `WorkflowType = "${caseWorkflowType}" and ExecutionStatus = "Running"`;
    for await (const { workflowId } of this.client.workflow.list({ query, pageSize: PAGE })) {
      page.push({ workflowId, caseId: CASE_ID.exec(workflowId)?.[1] ?? null });
      if (page.length < PAGE) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  /** `RUNNING`, how it ended (`COMPLETED`, `TERMINATED`, …), or undefined where the engine knows of no such workflow. */
  async statusOf(workflowId: string): Promise<string | undefined> {
    try {
      const { status } = await this.client.workflow.getHandle(workflowId).describe();
      // A run that went over into the next one: the next one is the case.
      return status.name === 'CONTINUED_AS_NEW' ? 'RUNNING' : status.name;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  /**
   * Starts an open case again where its events end, by its own clock, and waits until it has come to its wait there. A case
   * that somebody else has started meanwhile stays as it is.
   *
   * @returns why it was not started, or does not answer; undefined when it goes on
   */
  async startFromRecord(caseId: string): Promise<string | undefined> {
    const stored = await findAnyCase(this.pool, caseId);
    const [chain] = await readChains(this.pool, [caseId]);
    const record = chain?.steps.at(-1)?.after;
    if (!stored || !record || chain.fault !== undefined) return chain?.fault ?? 'its clock (case_runtime) is not known';
    const commandIds = new Set(chain.steps.flatMap(({ events }) => events.flatMap((event) => event.commandId ?? [])));
    const start: CaseStart = {
      caseId,
      reference: this.tables.forTerritory(record.territory),
      startsAtMs: record.simulated ? Date.now() + stored.clockOffsetMs : undefined,
      record,
      appliedCommands: [...commandIds].slice(-REMEMBERED_COMMANDS),
    };
    try {
      await this.client.workflow.start(caseWorkflowType, {
        workflowId: caseWorkflowId(caseId),
        taskQueue: CASE_TASK_QUEUE,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        args: [start],
        staticSummary: record.number,
        typedSearchAttributes: searchAttributesOf(record),
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    return this.answers(caseId, record.version);
  }

  async terminate(workflowId: string, reason: string): Promise<void> {
    try {
      await this.client.workflow.getHandle(workflowId).terminate(reason);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error; // it has ended by itself
    }
  }

  private async answers(caseId: string, version: number): Promise<string | undefined> {
    try {
      await this.engine.hasCaughtUp(caseId, version);
      return undefined;
    } catch (error) {
      if (!(error instanceof EngineAway)) throw error;
      return 'it was started, but no worker has taken it up yet';
    }
  }
}
