import type { WorkerPromotion } from '../infra/config';
import { describeDeployment, makeCurrent, type DeploymentPlace } from '../infra/temporal/deployment';

/** How long the engine may take to see a worker that polls. */
const SEEN_WITHIN_MS = 30_000;

/**
 * Makes the version of a worker that has begun to poll the current one, where `promotion` says so.
 *
 * @returns the version that is current afterwards; undefined: none
 * @throws StartupError when the engine does not see the worker, the signal's reason once it is aborted
 */
export async function promote(place: DeploymentPlace, buildId: string, promotion: WorkerPromotion, signal: AbortSignal): Promise<string | undefined> {
  const { current, versions } = await describeDeployment(place);
  const wasCurrent = versions.some((version) => version.buildId === buildId && version.wasCurrent);
  if (current === buildId || promotion === 'off' || (promotion === 'new' && wasCurrent)) return current;
  await makeCurrent(place, buildId, { withinMs: SEEN_WITHIN_MS, signal });
  return buildId;
}
