import { connect } from 'node:tls';
import { reasonOf } from '../errors';
import type { EnginePlace } from './engine-client';
import { tlsOf, type EngineTls } from './engine-tls';
import { accepts, hostAndPort } from './health';

const ANSWER_WITHIN_MS = 3_000;

/** Why no connection came about, where the engine's library knows only that there was none in time; undefined: nothing is found. */
export async function whyUnreached({ address, tls }: EnginePlace): Promise<string | undefined> {
  if (!(await accepts(address))) return 'nobody listens there';
  if (tls) return tlsFault(address, tls);
  return 'somebody listens there and does not speak as the engine does in clear; if it asks for TLS, set TEMPORAL_TLS_SERVER_CA_CERT_PATH';
}

function tlsFault(address: string, tls: EngineTls): Promise<string | undefined> {
  const { host, port } = hostAndPort(address);
  const { serverRootCACertificate, clientCertPair, serverNameOverride } = tlsOf(tls);
  const asText = (pem: Uint8Array | undefined) => pem && Buffer.from(pem);
  const options = { ca: asText(serverRootCACertificate), cert: asText(clientCertPair?.crt), key: asText(clientCertPair?.key), servername: serverNameOverride, ALPNProtocols: ['h2'], timeout: ANSWER_WITHIN_MS };
  return new Promise((resolve) => {
    const socket = connect({ host, port, ...options });
    const answer = (fault: string | undefined) => {
      socket.destroy();
      resolve(fault);
    };
    // Whoever misses a certificate of ours says so after the handshake; whoever does not begins to speak.
    socket.once('data', () => answer(undefined));
    socket.once('error', (error) => answer(reasonOf(error)));
    socket.once('timeout', () => answer(undefined));
    socket.once('end', () => answer('it closed the connection after the handshake, as one does that does not take our certificate'));
  });
}
