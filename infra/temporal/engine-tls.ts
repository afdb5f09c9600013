import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TLSConfig } from '@temporalio/client';
import type { EnvironmentReader } from '../environment';

/** How we and an engine on another machine prove to each other who we are. Paths are absolute, files PEM. */
export interface EngineTls {
  /** The authority that signed the engine's certificate; absent: those that the machine trusts. */
  authorityPath?: string;
  /** Our own certificate and its key, for an engine that lets in nobody without. */
  own?: { certificatePath: string; keyPath: string };
  /** The name in the engine's certificate, where it is not the host of its address. */
  serverName?: string;
}

/** Reads how the engine is reached by TLS, by the names that its own tools have for it; undefined: in clear. Mistakes stay with the reader. */
export function readEngineTls(read: EnvironmentReader): EngineTls | undefined {
  const authorityPath = read.path('TEMPORAL_TLS_SERVER_CA_CERT_PATH', (pem) => new X509Certificate(pem));
  const certificatePath = read.path('TEMPORAL_TLS_CLIENT_CERT_PATH', (pem) => new X509Certificate(pem));
  const keyPath = read.path('TEMPORAL_TLS_CLIENT_KEY_PATH', (pem) => createPrivateKey(pem));
  const serverName = read.matching('TEMPORAL_TLS_SERVER_NAME', /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'the name of a host');
  if ((certificatePath === undefined) !== (keyPath === undefined)) read.mistake('TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH belong together, but only one of them is set');
  const own = certificatePath === undefined || keyPath === undefined ? undefined : { certificatePath, keyPath };
  if (authorityPath !== undefined || own) return { authorityPath, own, serverName };
  if (serverName !== undefined) read.mistake('TEMPORAL_TLS_SERVER_NAME is set, but no certificate is: no TLS would be spoken');
  return undefined;
}

/** The same settings as the environment of a process of ours. */
export function engineTlsEnvironment(tls: EngineTls | undefined): Record<string, string> {
  return {
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: tls?.authorityPath ?? '',
    TEMPORAL_TLS_CLIENT_CERT_PATH: tls?.own?.certificatePath ?? '',
    TEMPORAL_TLS_CLIENT_KEY_PATH: tls?.own?.keyPath ?? '',
    TEMPORAL_TLS_SERVER_NAME: tls?.serverName ?? '',
  };
}

/** What a connection is told of it. The files are read now: a certificate that is replaced counts from the next start on. */
export function tlsOf({ authorityPath, own, serverName }: EngineTls): TLSConfig {
  return {
    serverRootCACertificate: authorityPath === undefined ? undefined : readFileSync(authorityPath),
    clientCertPair: own && { crt: readFileSync(own.certificatePath), key: readFileSync(own.keyPath) },
    serverNameOverride: serverName,
  };
}
