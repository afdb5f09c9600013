import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import type { DataConverter, PayloadCodec } from '@temporalio/common';

/** Module that turns errors into what is sealed; the bundle of the workflow code is built with it. */
export const FAILURE_CONVERTER = require.resolve('./failure-converter');

/** How whoever speaks to the engine, as a client or as a worker, turns values into what it keeps. */
export function dataConverterWith(codec: PayloadCodec): DataConverter {
  return { failureConverterPath: FAILURE_CONVERTER, payloadCodecs: [codec] };
}

/** A connection to the frontend at `address` (`host:port`). */
export function connectEngine(address: string, options: Omit<ConnectionOptions, 'address'> = {}): Promise<Connection> {
  return Connection.connect({ address, ...options });
}

/** The one way to speak to workflows: whoever makes a client of his own sends what everybody can read. */
export function engineClient(connection: Connection, namespace: string, codec: PayloadCodec): Client {
  return new Client({ connection, namespace, dataConverter: dataConverterWith(codec) });
}
