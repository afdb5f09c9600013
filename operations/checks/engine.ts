import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkflowNotFoundError, type Client, type Connection } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import type { Pool } from 'pg';
import { CaseVersions } from '../../api/case-versions';
import { reasonOf } from '../../infra/errors';
import { GO_MODULE } from '../../infra/temporal/binary-cache';
import type { EnginePlace } from '../../infra/temporal/engine-client';
import { searchAttributeFaults } from '../../infra/temporal/namespace';
import { whyUnreached } from '../../infra/temporal/unreached';
import { listUnmoved } from '../../store/health.store';
import { CASE_TASK_QUEUE, caseWorkflowId, untilQuietUpdate, type QuietReply, type QuietRequest } from '../../workflows/case/messages';
import { SEARCH_ATTRIBUTES } from '../../workflows/case/search-attributes';
import { ok, warning, wrong, type Check, type Outcome } from '../check';

/** A poller of a worker that lives asks at least this often. */
const POLLED_WITHIN_MS = 120_000;
/** Cases that are asked for a timer of their own. */
const ASKED_MAX = 20;
const ANSWER_WITHIN_MS = 10_000;

/** Whether Temporal answers at all. */
export function temporalCheck(connection: Connection, place: EnginePlace): Check {
  const look = async () => {
    try {
      return await connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => serverVersion(connection));
    } catch (error) {
      return wrong(`does not answer at ${place.address} (${(await whyUnreached(place)) ?? reasonOf(error)})`, 'Look into temporal-server.log, or at TEMPORAL_ADDRESS; commands answer 503 until it is back.');
    }
  };
  return { name: 'Temporal server', look };
}

/** Who may speak to cases: only with the keys of the record does a case understand what it is asked. */
export interface CaseAccess {
  pool: Pool;
  client: () => Promise<Client>;
}

/** Namespace, search attributes and workers; where the record answers, also the cases in it. */
export function engineChecks(connection: Connection, namespace: string, cases: CaseAccess | undefined): Check[] {
  return [
    { name: 'namespace', look: () => namespaceOf(connection, namespace) },
    { name: 'search attributes', look: () => attributes(connection, namespace) },
    { name: 'workers', look: () => workers(connection, namespace) },
    ...(cases ? [{ name: 'cases at rest', look: () => unmoved(connection, cases) }, { name: 'case runs', look: () => stuck(cases) }] : []),
  ];
}

async function serverVersion({ workflowService }: Connection): Promise<Outcome> {
  const { serverVersion: version } = await workflowService.getSystemInfo({});
  const pinned = /go\.temporal\.io\/server v(\S+)/.exec(readFileSync(join(GO_MODULE, 'go.mod'), 'utf8'))?.[1] ?? '';
  return version === pinned ? ok(version) : warning(`${version}; this release is tried with ${pinned}`, `Bring the cluster to ${pinned} when you can.`);
}

async function namespaceOf({ workflowService }: Connection, namespace: string): Promise<Outcome> {
  const { config } = await workflowService.describeNamespace({ namespace });
  const days = Math.round(tsToMs(config?.workflowExecutionRetentionTtl) / 86_400_000);
  return ok(`"${namespace}", finished workflows stay readable for ${days} days`);
}

async function attributes(connection: Connection, namespace: string): Promise<Outcome> {
  const faults = await searchAttributeFaults(connection, { namespace, searchAttributes: SEARCH_ATTRIBUTES });
  return faults.length === 0 ? ok('all registered') : wrong(faults.join('; '), 'Start the service once with this namespace, which registers them, or let its operator do it.');
}

async function workers({ workflowService }: Connection, namespace: string): Promise<Outcome> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: CASE_TASK_QUEUE },
    taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  });
  const alive = pollers.filter(({ lastAccessTime }) => Date.now() - tsToMs(lastAccessTime) < POLLED_WITHIN_MS);
  if (alive.length === 0) return wrong(`nobody polls the queue "${CASE_TASK_QUEUE}": no command is carried out`, 'Start the service again, and look into worker.log why the worker is gone.');
  const versions = [...new Set(alive.flatMap(({ deploymentOptions }) => (deploymentOptions?.buildId ? [deploymentOptions.buildId] : [])))];
  const says = `${new Set(alive.map(({ identity }) => identity)).size} poll the queue "${CASE_TASK_QUEUE}"${versions.length > 0 ? `, version ${versions.join(' and ')}` : ''}`;
  return versions.length <= 1 ? ok(says) : warning(says, 'Finish the upgrade that is under way: move the cases that are left, then stop the older worker.');
}

const AT_REST = 'each waits for somebody, a date or the bank';

/** Every open case is moved by somebody or by a date. One that shows neither is asked whether it has a timer. */
async function unmoved(connection: Connection, { pool, client: open }: CaseAccess): Promise<Outcome> {
  const candidates = await listUnmoved(pool, ASKED_MAX);
  if (candidates.length === 0) return ok(AT_REST);
  const client = await open();
  const still: string[] = [];
  for (const { caseId, state } of candidates) if (!(await hasTimer(client, connection, caseId))) still.push(`${caseId} (${state})`);
  const [first] = still;
  if (first === undefined) return ok(AT_REST);
  return wrong(`${still.length} stand still with nobody to move them, such as ${first}`, 'Run "npm run reconcile"; if it finds nothing, it is a fault of the service: report the case\'s timeline.');
}

/** A run that no worker gets through takes no command and lets its dates go by. */
async function stuck({ client }: CaseAccess): Promise<Outcome> {
  const found: string[] = [];
  for await (const caseId of new CaseVersions(await client()).openStuck()) found.push(caseId);
  if (found.length === 0) return ok('the worker gets through every one');
  return wrong(
    `the worker fails at ${found.length} again and again, such as ${found[0] ?? ''}`,
    'See in worker.log at what; "npm run reconcile -- --repair" begins them anew where their record stands.',
  );
}

async function hasTimer(client: Client, connection: Connection, caseId: string): Promise<boolean> {
  try {
    const handle = client.workflow.getHandle(caseWorkflowId(caseId));
    const ask = () => handle.executeUpdate<QuietReply, [QuietRequest]>(untilQuietUpdate, { args: [{ soon: true }] });
    return (await connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, ask)).nextDueMs !== null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
