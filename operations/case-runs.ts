import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { CaseRestarts } from '../api/case-restart';
import { CaseVersions } from '../api/case-versions';
import { CaseEngine, EngineAway } from '../api/engine';
import type { ReferenceTables } from '../api/reference-tables';
import { readChains } from '../store/event-chain.store';
import type { RunningWorkflow } from '../store/reconcile.store';
import { CASE_TASK_QUEUE, caseIdOf, caseWorkflowType } from '../workflows/case/messages';

const PAGE = 1_000;

/** The runs of cases in the engine, as an operator's tool lists, starts and ends them. */
export class CaseRuns {
  private readonly restarts: CaseRestarts;
  private readonly versions: CaseVersions;

  constructor(
    private readonly client: Client,
    private readonly pool: Pool,
    tables: ReferenceTables,
  ) {
    this.restarts = new CaseRestarts(pool, new CaseEngine(client, CASE_TASK_QUEUE), tables);
    this.versions = new CaseVersions(client);
  }

  /** All that the engine lists as running, in pages. The list lags behind: what is missing in it has to be asked for by name. */
  async *running(): AsyncGenerator<RunningWorkflow[]> {
    let page: RunningWorkflow[] = [];
    const query = `WorkflowType = "${caseWorkflowType}" and ExecutionStatus = "Running"`;
    for await (const { workflowId } of this.client.workflow.list({ query, pageSize: PAGE })) {
      page.push({ workflowId, caseId: caseIdOf(workflowId) ?? null });
      if (page.length < PAGE) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  /** Cases with a run that no worker gets through, by the same list, each confirmed by name. */
  stuck(): AsyncIterable<string> {
    return this.versions.openStuck();
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
   * Starts an open case again where its events end, by its own clock, and waits until it has come to its wait there. One whose
   * events do not verify is not started: nothing may be derived from them.
   *
   * @param itsRun `kept`: a case that somebody else has started meanwhile stays as it is
   * @returns why it was not started, or does not answer; undefined when it goes on
   */
  async startFromRecord(caseId: string, itsRun: 'kept' | 'replaced'): Promise<string | undefined> {
    const [chain] = await readChains(this.pool, [caseId]);
    if (chain?.fault !== undefined) return chain.fault;
    try {
      const started = itsRun === 'kept' ? this.restarts.startWhereNoneRuns(caseId) : this.restarts.startAnew(caseId);
      return (await started) ? undefined : 'its clock (case_runtime) is not known';
    } catch (error) {
      if (!(error instanceof EngineAway)) throw error;
      return 'it does not answer: the engine is away, or no worker has taken it up yet';
    }
  }

  async terminate(workflowId: string, reason: string): Promise<void> {
    try {
      await this.client.workflow.getHandle(workflowId).terminate(reason);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error; // it has ended by itself
    }
  }
}
