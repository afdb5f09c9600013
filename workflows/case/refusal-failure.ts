import { ApplicationFailure } from '@temporalio/common';
import type { Refusal } from '../../domain/refusal';
import { CASE_RELOADED } from './messages';

/** The one place that turns a refusal into a failure of the Update. Its type is the code; it carries coded facts only, and nothing is retried. */
export function refusalFailure(refusals: [Refusal, ...Refusal[]]): ApplicationFailure {
  const [first] = refusals;
  return ApplicationFailure.create({ type: first.code, message: first.code, nonRetryable: true, details: refusals });
}

/** The command was not judged: the case goes on in a new run from the record, and the sender sends it again. */
export function caseReloaded(): ApplicationFailure {
  return ApplicationFailure.create({ type: CASE_RELOADED, message: CASE_RELOADED, nonRetryable: true });
}
