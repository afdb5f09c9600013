import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { tlsOf, type EngineTls } from './engine-tls';
import { whyUnreached } from './unreached';

/** Module that turns errors into what is sealed; the bundle of the workflow code is built with it. */
export const FAILURE_CONVERTER = require.resolve('./failure-converter');

/** Where the engine's frontend is. */
export interface EnginePlace {
  /** `host:port`. */
  address: string;
  /** Absent: it is spoken to in clear, as the embedded one, which nobody else reaches. */
  tls?: EngineTls;
}

/** How whoever speaks to the engine, as a client or as a worker, turns values into what it keeps. */
export function dataConverterWith(codec: PayloadCodec): DataConverter {
  return { failureConverterPath: FAILURE_CONVERTER, payloadCodecs: [codec] };
}

/** The place as a connection of the engine's library takes it. */
export function connectionTo({ address, tls }: EnginePlace): Pick<ConnectionOptions, 'address' | 'tls'> {
  return { address, tls: tls && tlsOf(tls) };
}

/** No connection came about; the message says why. */
export class EngineUnreached extends Error {
  override readonly name = 'EngineUnreached';
}

/** A connection to the frontend. @throws EngineUnreached, or what the library says where no more is found */
export async function connectEngine(place: EnginePlace, options: Omit<ConnectionOptions, 'address' | 'tls'> = {}): Promise<Connection> {
  try {
    return await Connection.connect({ ...connectionTo(place), ...options });
  } catch (error) {
    const reason = await whyUnreached(place);
    throw reason === undefined ? error : new EngineUnreached(reason, { cause: error });
  }
}

/** The one way to speak to workflows: whoever makes a client of his own sends what everybody can read. */
export function engineClient(connection: Connection, namespace: string, codec: PayloadCodec): Client {
  return new Client({ connection, namespace, dataConverter: dataConverterWith(codec) });
}
