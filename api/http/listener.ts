import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { AddressList, callerOf } from '../../infra/address-list';
import type { HttpSettings } from '../../infra/http-settings';
import { HEADER_BYTES_MAX, HEADERS_MAX } from './limits';
import { tlsOptions } from './tls';

/** Longer than a proxy keeps its side open, so that it never sends into a connection that is just being closed. */
const KEEP_ALIVE_MS = 65_000;
/** Longer than any command takes, simulated years included; a caller who does not read is cut off after it. */
const SILENCE_MS_MAX = 180_000;
const HANDSHAKE_WITHIN_MS = 10_000;

/**
 * The server below the app: plain or TLS, with an end to everything that a caller can draw out.
 * @throws Error when certificate and key cannot be used
 */
export function createListener(handler: RequestListener, settings: HttpSettings): Server {
  const { tls, headersWithinMs, requestWithinMs } = settings;
  const options: ServerOptions = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: headersWithinMs,
    requestTimeout: requestWithinMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Times are only looked at this often; the default is half a minute.
    connectionsCheckingInterval: Math.min(2_000, headersWithinMs),
    // The app refuses it with a problem document.
    requireHostHeader: false,
  };
  const server = tls ? createTlsServer({ ...options, ...tlsOptions(tls), handshakeTimeout: HANDSHAKE_WITHIN_MS }, handler) : createServer(options, handler);
  // Otherwise Node refuses what it does not know by itself, past all limits, headers and the log.
  server.on('checkExpectation', handler);
  server.timeout = SILENCE_MS_MAX;
  // A few more than are allowed: what lies beyond is dropped without a word, and a request without them would be another one.
  server.maxHeadersCount = HEADERS_MAX + 8;
  server.maxConnections = settings.connectionsMax;
  limitConnections(server, settings);
  return server;
}

/** One address alone cannot take all connections; a proxy stands for many. */
function limitConnections(server: Server, { connectionsPerAddress, trustProxy }: HttpSettings): void {
  const proxies = new AddressList(trustProxy);
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (proxies.has(address)) return;
    const caller = callerOf(address);
    const count = (open.get(caller) ?? 0) + 1;
    if (count > connectionsPerAddress) {
      socket.destroy();
      return;
    }
    open.set(caller, count);
    socket.once('close', () => {
      const left = (open.get(caller) ?? 1) - 1;
      if (left > 0) open.set(caller, left);
      else open.delete(caller);
    });
  });
}
