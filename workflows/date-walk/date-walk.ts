import { continueAsNew, proxyActivities, setWorkflowOptions } from '@temporalio/workflow';
import type { DateActivities } from '../../activities/dates.activities';

const { passDates } = proxyActivities<DateActivities>({
  startToCloseTimeout: '5 minutes',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5 minutes' },
});

const BATCHES_PER_RUN = 50;

/**
 * The daily walk over the dates of files that have left: the end of the years in which a household is watched (R-JS-04)
 * and of those for which the file is kept (R-WX-15). Their cases do not run any more, so the dates live in the record.
 */
export async function dateWalk(): Promise<void> {
  for (let batch = 0; batch < BATCHES_PER_RUN; batch++) if ((await passDates()) === 0) return;
  await continueAsNew();
}

// Over within minutes and of one kind of step only: it goes on with whatever code is there, and waits for no worker that is gone.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, dateWalk);
