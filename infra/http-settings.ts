import { resolve } from 'node:path';
import { addressMistake } from './address-list';
import { isWholeNumber, type EnvironmentReader } from './environment';

/** Kinds of requests that have a limit of their own; what each means stands in `api/http/rate-table.ts`. */
export const RATE_CLASSES = ['signIn', 'publicWrite', 'lookup', 'reveal', 'export', 'upload', 'decode', 'write', 'read'] as const;
export type RateClass = (typeof RATE_CLASSES)[number];

/** How the API speaks HTTP. */
export interface HttpSettings {
  /** Absolute paths of the certificate chain and its key, both PEM; absent: the API speaks plain HTTP. */
  tls?: { certFile: string; keyFile: string };
  /** Addresses and networks of the proxies whose word about a caller counts. */
  trustProxy: string[];
  /** Origin under which people reach the service, such as `https://aid.example.org`. */
  publicUrl?: string;
  /** Every limit of requests a minute is multiplied by it. */
  rateLimitFactor: number;
  /** Limits a minute and account that replace those of the release. */
  rateLimits: Partial<Record<RateClass, number>>;
  /** Connections at the same time, in all and from one address that is no proxy. */
  connectionsMax: number;
  connectionsPerAddress: number;
  /** From the first byte until the headers are there, and until the body is. */
  headersWithinMs: number;
  requestWithinMs: number;
}

/** The demo, its tests and the benchmark ask more of a service in a minute than an office does in a day. */
const DEMO_FACTOR = 1_000;

/** Reads how the API speaks HTTP; mistakes stay with the reader. */
export function readHttpSettings(read: EnvironmentReader, production: boolean): HttpSettings {
  const headersWithinMs = read.wholeNumber('HTTP_HEADERS_WITHIN_MS', 100, 60_000) ?? 10_000;
  const requestWithinMs = read.wholeNumber('HTTP_REQUEST_WITHIN_MS', 100, 600_000) ?? 60_000;
  if (headersWithinMs > requestWithinMs) read.mistake('HTTP_HEADERS_WITHIN_MS is more than HTTP_REQUEST_WITHIN_MS, but the headers are a part of the request');
  return {
    tls: tlsFiles(read),
    trustProxy: proxies(read),
    publicUrl: publicUrl(read),
    rateLimitFactor: read.wholeNumber('RATE_LIMIT_FACTOR', 1, 1_000_000) ?? (production ? 1 : DEMO_FACTOR),
    rateLimits: rateLimits(read),
    connectionsMax: read.wholeNumber('HTTP_CONNECTIONS_MAX', 1, 1_000_000) ?? 4_000,
    connectionsPerAddress: read.wholeNumber('HTTP_CONNECTIONS_PER_ADDRESS', 1, 1_000_000) ?? 1_000,
    headersWithinMs,
    requestWithinMs,
  };
}

/** The same settings as the environment of a process of ours, which reads them again. */
export function httpEnvironment(settings: HttpSettings): Record<string, string> {
  return {
    TLS_CERT_FILE: settings.tls?.certFile ?? '',
    TLS_KEY_FILE: settings.tls?.keyFile ?? '',
    TRUST_PROXY: settings.trustProxy.join(','),
    PUBLIC_URL: settings.publicUrl ?? '',
    RATE_LIMIT_FACTOR: String(settings.rateLimitFactor),
    RATE_LIMITS: Object.entries(settings.rateLimits).map(([name, perMinute]) => `${name}=${perMinute}`).join(','),
    HTTP_CONNECTIONS_MAX: String(settings.connectionsMax),
    HTTP_CONNECTIONS_PER_ADDRESS: String(settings.connectionsPerAddress),
    HTTP_HEADERS_WITHIN_MS: String(settings.headersWithinMs),
    HTTP_REQUEST_WITHIN_MS: String(settings.requestWithinMs),
  };
}

// Paths, not contents: a certificate is replaced while the service runs.
function tlsFiles(read: EnvironmentReader): HttpSettings['tls'] {
  const [certFile, keyFile] = [read.text('TLS_CERT_FILE'), read.text('TLS_KEY_FILE')];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    read.mistake(certFile === undefined ? 'TLS_KEY_FILE is set without TLS_CERT_FILE' : 'TLS_CERT_FILE is set without TLS_KEY_FILE');
  }
  return certFile === undefined || keyFile === undefined ? undefined : { certFile: resolve(certFile), keyFile: resolve(keyFile) };
}

function proxies(read: EnvironmentReader): string[] {
  const entries = (read.text('TRUST_PROXY') ?? '').split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
  const wrong = entries.flatMap((entry) => {
    const mistake = addressMistake(entry);
    return mistake === undefined ? [] : [`TRUST_PROXY names "${entry}", which ${mistake}; name the proxies by their addresses`];
  });
  for (const mistake of wrong) read.mistake(mistake);
  return wrong.length > 0 ? [] : entries;
}

function publicUrl(read: EnvironmentReader): string | undefined {
  const value = read.text('PUBLIC_URL');
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === '';
  if (isOrigin) return url.origin;
  read.mistake('PUBLIC_URL must be an address without a path, such as https://aid.example.org');
  return undefined;
}

function rateLimits(read: EnvironmentReader): Partial<Record<RateClass, number>> {
  const entries = (read.text('RATE_LIMITS') ?? '').split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
  const limits: Partial<Record<RateClass, number>> = {};
  for (const entry of entries) {
    const [name, value = '', ...rest] = entry.split('=').map((part) => part.trim());
    const known = RATE_CLASSES.find((rateClass) => rateClass === name);
    if (known !== undefined && rest.length === 0 && isWholeNumber(value, 1, 1_000_000)) limits[known] = Number(value);
    else read.mistake(`RATE_LIMITS holds "${entry}", but each of its entries must be one of ${RATE_CLASSES.join(', ')} with a number, such as lookup=30`);
  }
  return limits;
}
