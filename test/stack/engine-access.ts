import type { Client, Connection } from '@temporalio/client';
import { connectEngine, engineClient } from '../../infra/temporal/engine-client';
import { SealingCodec } from '../../infra/temporal/payload-codec';
import type { PlainPayloads } from '../../infra/temporal/plain-payloads';
import { EngineSeals } from '../../security/engine-seals';
import type { RecordKeys } from '../../store/record-keys';
import { caseIdOf } from '../../workflows/case/messages';

/** Seals and opens payloads like the processes of the service that has these keys. */
export function codecOf(keys: RecordKeys, plain: PlainPayloads = 'refuse'): SealingCodec {
  return new SealingCodec(new EngineSeals(keys.cases, keys.engine, caseIdOf), plain);
}

/** A client of the engine, as the processes of the service have one. Whoever asks for it closes its connection. */
export async function engineAccess({ address, namespace }: { address: string; namespace: string }, keys: RecordKeys): Promise<{ connection: Connection; client: Client }> {
  const connection = await connectEngine({ address });
  return { connection, client: engineClient(connection, namespace, codecOf(keys)) };
}
