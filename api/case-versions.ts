import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { describeDeployment, lastPolls, type Deployment, type DeploymentPlace } from '../infra/temporal/deployment';
import { CASE_DEPLOYMENT, CASE_TASK_QUEUE, caseIdOf, caseWorkflowId, caseWorkflowType } from '../workflows/case/messages';

/** Which version of the code a case's run is on. `unversioned`: on none yet; `ended`: there is no run. */
export type CaseVersion = { buildId: string } | 'unversioned' | 'ended';

const POLLS_WITHIN_MS = 120_000;

/**
 * Versions of the workflow code, and the open cases on each. Which cases are on which is asked of the engine's lists,
 * which lag a little; `versionOf` asks the case itself.
 */
export class CaseVersions {
  readonly place: DeploymentPlace;

  constructor(private readonly client: Client) {
    this.place = { service: client.connection.workflowService, namespace: client.options.namespace, deployment: CASE_DEPLOYMENT };
  }

  deployment(): Promise<Deployment> {
    return describeDeployment(this.place);
  }

  /** Versions whose workers ask for work: a worker that lives asks at least once a minute. */
  async served(): Promise<Set<string>> {
    const polls = await lastPolls(this.place, CASE_TASK_QUEUE);
    const latest = Math.max(...polls.values()); // by the engine's clock, which need not be ours
    return new Set([...polls].filter(([, lastMs]) => latest - lastMs < POLLS_WITHIN_MS).map(([buildId]) => buildId));
  }

  async countOpen(buildId: string): Promise<number> {
    return (await this.client.workflow.count(openCases(`TemporalWorkerDeploymentVersion = '${nameOf(buildId)}'`))).count;
  }

  /** Open cases begun before this instant (epoch ms) that no worker with a version has had in hand. */
  async countUnversioned(begunBeforeMs: number): Promise<number> {
    return (await this.client.workflow.count(openCases(unversioned(begunBeforeMs)))).count;
  }

  /** Ids of the open cases that are on other versions than these; those on no version are left out. */
  openElsewhere(buildIds: Iterable<string>): AsyncIterable<string> {
    const names = [...buildIds].map((buildId) => `'${nameOf(buildId)}'`);
    return this.list(names.length > 0 ? `TemporalWorkerDeploymentVersion not in (${names.join(', ')})` : 'TemporalWorkerDeploymentVersion is not null');
  }

  /** Ids of the open cases on no version that were begun before this instant (epoch ms). */
  openUnversioned(begunBeforeMs: number): AsyncIterable<string> {
    return this.list(unversioned(begunBeforeMs));
  }

  /** Ids of the open cases at which their code has failed five times in a row or more, and is still failing. */
  async *openStuck(): AsyncIterable<string> {
    for await (const caseId of this.list('TemporalReportedProblems is not null')) if (await this.isStuck(caseId)) yield caseId;
  }

  async versionOf(caseId: string): Promise<CaseVersion> {
    try {
      const { status, raw } = await this.client.workflow.getHandle(caseWorkflowId(caseId)).describe();
      if (status.name !== 'RUNNING' && status.name !== 'CONTINUED_AS_NEW') return 'ended';
      const buildId = raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
      return buildId ? { buildId } : 'unversioned';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'ended';
      throw error;
    }
  }

  /** Whether the code of a case's run fails at it again and again, as it does when it cannot replay what the case has done. */
  async isStuck(caseId: string): Promise<boolean> {
    const { raw } = await this.client.workflow.getHandle(caseWorkflowId(caseId)).describe();
    return (raw.pendingWorkflowTask?.attempt ?? 0) > 1;
  }

  private async *list(condition: string): AsyncIterable<string> {
    for await (const { workflowId } of this.client.workflow.list({ query: openCases(condition) })) {
      const caseId = caseIdOf(workflowId);
      if (caseId !== undefined) yield caseId;
    }
  }
}

/** A version as the engine's lists name it. */
function nameOf(buildId: string): string {
  return `${CASE_DEPLOYMENT}:${buildId}`;
}

function unversioned(begunBeforeMs: number): string {
  return `TemporalWorkerDeploymentVersion is null and StartTime < '${new Date(begunBeforeMs).toISOString()}'`;
}

function openCases(condition: string): string {
  return `WorkflowType = '${caseWorkflowType}' and ExecutionStatus = 'Running' and ${condition}`;
}
