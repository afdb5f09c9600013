import { status } from '@grpc/grpc-js';
import { isGrpcServiceError, type WorkflowService } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { StartupError } from '../errors';
import { NotInTime, until } from '../until';

const { VersionDrainageStatus } = temporal.api.enums.v1;

/** The versions of one kind of worker, in one namespace of the engine. */
export interface DeploymentPlace {
  service: WorkflowService;
  namespace: string;
  deployment: string;
}

export interface DeploymentVersion {
  buildId: string;
  /** `draining`: cases are open on it that were begun with it; `drained`: none any more; `inactive`: it never got any. */
  state: 'current' | 'ramping' | 'draining' | 'drained' | 'inactive';
  /** When its first worker came; epoch ms. */
  createdAtMs: number;
  /** Whether new cases have ever gone to it. */
  wasCurrent: boolean;
}

export interface Deployment {
  /** New cases, and cases that begin a new run, go to this version. */
  current?: string;
  /** A share of them goes to another one. */
  ramping?: { buildId: string; percentage: number };
  /** The newest first. */
  versions: DeploymentVersion[];
}

/** The versions as the engine knows them; none before the first worker with a version has come. */
export async function describeDeployment({ service, namespace, deployment }: DeploymentPlace): Promise<Deployment> {
  try {
    const { workerDeploymentInfo: info } = await service.describeWorkerDeployment({ namespace, deploymentName: deployment });
    const routing = info?.routingConfig;
    const current = routing?.currentDeploymentVersion?.buildId ?? undefined;
    const ramping = routing?.rampingDeploymentVersion?.buildId ?? undefined;
    const versions = (info?.versionSummaries ?? []).map((summary): DeploymentVersion => {
      const buildId = summary.deploymentVersion?.buildId ?? '';
      const state = buildId === current ? 'current' : buildId === ramping ? 'ramping' : restingState(summary.drainageStatus);
      return { buildId, state, createdAtMs: epochMs(summary.createTime), wasCurrent: epochMs(summary.lastCurrentTime) > 0 };
    });
    return {
      current,
      ramping: ramping === undefined ? undefined : { buildId: ramping, percentage: routing?.rampingVersionPercentage ?? 0 },
      versions: versions.sort((a, b) => b.createdAtMs - a.createdAtMs),
    };
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === status.NOT_FOUND) return { versions: [] };
    throw error;
  }
}

/**
 * Makes a version the one to which new cases go. Its workers may just have begun to poll: the engine refuses a version
 * until it has seen them on every queue, so it is asked until it agrees.
 *
 * @throws StartupError with what the engine said, when it did not agree within `withinMs`; the engine's own fault when it
 *   cannot do it at all
 */
export async function makeCurrent(place: DeploymentPlace, buildId: string, { withinMs, signal }: { withinMs: number; signal?: AbortSignal }): Promise<void> {
  const { service, namespace, deployment } = place;
  let said = '';
  const hasAgreed = async () => {
    signal?.throwIfAborted();
    try {
      await service.setWorkerDeploymentCurrentVersion({ namespace, deploymentName: deployment, buildId });
      return true;
    } catch (error) {
      if (!isGrpcServiceError(error) || !NOT_AGREED_YET.has(error.code)) throw error;
      said = error.details;
      return undefined;
    }
  };
  try {
    await until(hasAgreed, { withinMs });
  } catch (error) {
    if (!(error instanceof NotInTime)) throw error;
    throw new StartupError(`The engine did not make version ${buildId} of ${deployment} the current one within ${withinMs / 1000} s (${said}).`, { cause: error });
  }
}

/** Lets a share of the new cases go to a version, in percent above 0; the rest goes to the current one. */
export async function makeRamping({ service, namespace, deployment }: DeploymentPlace, buildId: string, percentage: number): Promise<void> {
  await service.setWorkerDeploymentRampingVersion({ namespace, deploymentName: deployment, buildId, percentage });
}

/** When workers of each version have last asked a queue for work, by build id; epoch ms. The engine forgets them after five minutes. */
export async function lastPolls({ service, namespace, deployment }: DeploymentPlace, taskQueue: string): Promise<Map<string, number>> {
  const { pollers } = await service.describeTaskQueue({ namespace, taskQueue: { name: taskQueue } });
  const seen = new Map<string, number>();
  for (const { deploymentOptions, lastAccessTime } of pollers) {
    if (deploymentOptions?.deploymentName !== deployment) continue;
    const buildId = deploymentOptions.buildId ?? '';
    seen.set(buildId, Math.max(seen.get(buildId) ?? 0, epochMs(lastAccessTime)));
  }
  return seen;
}

const NOT_AGREED_YET: ReadonlySet<number> = new Set([status.NOT_FOUND, status.FAILED_PRECONDITION, status.UNAVAILABLE, status.RESOURCE_EXHAUSTED]);

function restingState(drainage: temporal.api.enums.v1.VersionDrainageStatus | null | undefined): DeploymentVersion['state'] {
  if (drainage === VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINING) return 'draining';
  return drainage === VersionDrainageStatus.VERSION_DRAINAGE_STATUS_DRAINED ? 'drained' : 'inactive';
}

function epochMs(time: { seconds?: { toNumber(): number } | null; nanos?: number | null } | null | undefined): number {
  return time ? (time.seconds?.toNumber() ?? 0) * 1000 + (time.nanos ?? 0) / 1e6 : 0;
}
