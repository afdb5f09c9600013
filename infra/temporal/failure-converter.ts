import { DefaultFailureConverter, type Payload, type PayloadConverter, type ProtoFailure, type SerializationContext } from '@temporalio/common';

/** Stands at the payloads of a failure until they are sealed: they must be sealed whatever else has failed. */
export const OF_FAILURE = 'of-failure';

/**
 * Writes message and stack of an error as a payload, so that they are sealed like all others: what a failure says may quote what failed.
 * Its type, a code, stays readable. Also part of the bundle of the workflow code.
 */
class SealableFailures extends DefaultFailureConverter {
  constructor() {
    super({ encodeCommonAttributes: true });
  }

  override errorToFailure(error: unknown, payloadConverter: PayloadConverter, context?: SerializationContext): ProtoFailure {
    const failure = super.errorToFailure(error, payloadConverter, context);
    if (failure.encodedAttributes) failure.encodedAttributes = marked(failure.encodedAttributes);
    const { details } = failure.applicationFailureInfo ?? {};
    if (details?.payloads) details.payloads = details.payloads.map(marked);
    return failure;
  }
}

function marked(payload: Payload): Payload {
  return { ...payload, metadata: { ...payload.metadata, [OF_FAILURE]: Uint8Array.of(1) } };
}

/** By this name the engine's library looks for it. */
export const failureConverter = new SealableFailures();
