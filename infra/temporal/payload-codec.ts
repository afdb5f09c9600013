import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { OF_FAILURE } from './failure-converter';
import type { PlainPayloads } from './plain-payloads';

const { Payload: PayloadMessage } = temporal.api.common.v1;

/** What seals payloads, each for one workflow. A payload that belongs to none is of the workflow ''. */
export interface PayloadSeals {
  /** @param ofFailure it says why something failed: sealed by another key rather than not at all, when the workflow's own cannot be had */
  seal(workflowId: string, bytes: Uint8Array, ofFailure: boolean): Promise<{ keyId: string; sealed: Uint8Array }>;
  /** @throws whatever keeps it shut: it was changed, is of another workflow, its key was destroyed, the key cannot be had just now */
  open(workflowId: string, keyId: string, sealed: Uint8Array): Promise<Uint8Array>;
}

/** Somebody without our keys has sent something to a workflow. */
export class PlainPayloadRefused extends Error {
  override readonly name = 'PlainPayloadRefused';

  constructor(workflowId: string) {
    super(`a payload of the workflow "${workflowId}" is not sealed, and ENGINE_PLAIN_PAYLOADS is refuse`);
  }
}

/** A payload lies where it was not sealed for. */
export class PayloadMisplaced extends Error {
  override readonly name = 'PayloadMisplaced';

  constructor(
    readonly sealedFor: string,
    readonly foundIn: string,
  ) {
    super(`a payload that was sealed for the workflow "${sealedFor}" was found in "${foundIn}"`);
  }
}

/** Of a sealed payload what can be read without a key. */
export interface SealedPayload {
  workflowId: string;
  keyId: string;
  sealed: Uint8Array;
}

const ENCODING = 'encoding';
const SEALED = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const SEALED_FOR = 'sealed-for';

/**
 * Seals every payload on its way to the engine, and opens those that come back: what the engine keeps, and its lists and its UI show, is
 * ciphertext. It runs in our processes and outside of the workflow code, which never sees a sealed value.
 */
export class SealingCodec implements PayloadCodec {
  constructor(
    private readonly seals: PayloadSeals,
    private readonly plain: PlainPayloads,
  ) {}

  encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const workflowId = workflowOf(context);
    return Promise.all(payloads.map((payload) => this.seal(payload, workflowId)));
  }

  /** @throws PayloadMisplaced, PlainPayloadRefused, and what the seals throw */
  decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.openIn(payload, context && workflowOf(context))));
  }

  /** Opens a payload wherever it was found: for whoever may read all of them. */
  async open({ workflowId, keyId, sealed }: SealedPayload): Promise<Payload> {
    return PayloadMessage.decode(await this.seals.open(workflowId, keyId, sealed));
  }

  private async seal({ metadata, ...payload }: Payload, workflowId: string): Promise<Payload> {
    const { [OF_FAILURE]: ofFailure, ...kept } = metadata ?? {};
    const bytes = PayloadMessage.encode({ ...payload, metadata: kept }).finish();
    const { keyId, sealed } = await this.seals.seal(workflowId, bytes, ofFailure !== undefined);
    return { metadata: { [ENCODING]: Buffer.from(SEALED), [KEY_ID]: Buffer.from(keyId), [SEALED_FOR]: Buffer.from(workflowId) }, data: sealed };
  }

  private async openIn(payload: Payload, workflowId: string | undefined): Promise<Payload> {
    const found = sealedPayload(payload);
    if (!found) {
      if (this.plain === 'refuse') throw new PlainPayloadRefused(workflowId ?? '');
      return payload;
    }
    if (workflowId !== undefined && found.workflowId !== workflowId) throw new PayloadMisplaced(found.workflowId, workflowId);
    return this.open(found);
  }
}

/** For what speaks to the engine about workflows and sends and gets nothing of what is in them. */
export const NO_PAYLOADS: PayloadCodec = {
  encode: () => Promise.reject(new Error('this connection has no keys: it may not send payloads')),
  decode: () => Promise.reject(new Error('this connection has no keys: it cannot read payloads')),
};

/** What stands on a sealed payload; undefined for one that is none. */
export function sealedPayload({ metadata, data }: Payload): SealedPayload | undefined {
  if (textOf(metadata?.[ENCODING]) !== SEALED) return undefined;
  return { workflowId: textOf(metadata?.[SEALED_FOR]), keyId: textOf(metadata?.[KEY_ID]), sealed: data ?? new Uint8Array() };
}

/** What the engine puts behind the id of a workflow that a schedule starts; the next one is given the last one's result. */
const STARTED_AT = /-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Activities included: theirs belong to the workflow that they are of. */
function workflowOf(context: SerializationContext | undefined): string {
  return (context?.workflowId ?? '').replace(STARTED_AT, '');
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes).toString() : '';
}
