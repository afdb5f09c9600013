import type { ActivityOptions } from '@temporalio/workflow';

/** A short call to a neighbour that may be down for a while: retried until it answers. */
export const quickCall: ActivityOptions = {
  startToCloseTimeout: '30s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/**
 * Asking the bank for an answer that comes when it comes. Each attempt asks once; waiting between attempts is the
 * engine's, so a bank that takes days costs no worker and adds nothing to the history.
 */
export const untilTheBankAnswers: ActivityOptions = {
  startToCloseTimeout: '30s',
  retry: { initialInterval: '250ms', backoffCoefficient: 1.5, maximumInterval: '5 minutes' },
};
