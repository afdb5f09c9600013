import { proxyActivities, setWorkflowOptions } from '@temporalio/workflow';
import type { AuditActivities } from '../../activities/audit.activities';

const { writeCheckpoint } = proxyActivities<AuditActivities>({
  startToCloseTimeout: '30 minutes',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5 minutes' },
});

/** The hourly checkpoint of all hash chains (docs/security/audit.md). */
export async function auditCheckpoint(): Promise<void> {
  await writeCheckpoint();
}

// One activity and nothing else: it goes on with whatever code is there, and waits for no worker that is gone.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, auditCheckpoint);
