import type { FastifyInstance, FastifyRequest } from 'fastify';
import { crossSiteRequest } from './http-problems';

/** No page of another site can send it without being asked for permission first, which nobody here gives. */
export const PAGE_HEADER = 'x-bihuan';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const BEARER = /^Bearer\s+\S+$/i;
/** The session's cookie, whatever stands before its name under TLS. */
const SESSION_COOKIE = /^(__Host-|__Secure-)?bihuan_session$/;

/** What counts of a request for where it comes from. */
export interface Provenance {
  method: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  cookieNames: readonly string[];
  /** Origins under which this service is reached: PUBLIC_URL, and the request's own host. */
  origins: readonly string[];
}

/**
 * Refuses what a page of another site makes a browser send (ADR 025). A request with a bearer token is never one: no browser
 * adds a token by itself.
 *
 * @param isExpected whether a page of elsewhere is let in by name
 */
export function guardProvenance(app: FastifyInstance, publicUrl: string | undefined, isExpected: (request: FastifyRequest) => boolean = () => false): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, headers, cookies, protocol, host } = request;
    const origins = [publicUrl ?? `${protocol}://${host}`];
    done(isExpected(request) || isTrustworthy({ method, headers, cookieNames: Object.keys(cookies), origins }) ? undefined : crossSiteRequest());
  });
}

/**
 * Whether a request may change something, by where it comes from.
 *
 * Everything a browser sends that changes something must come from a page of this site, signing in included. With the session's
 * cookie it must say so, by `Sec-Fetch-Site` or `Origin`, and carry the header that only scripts of this site can add.
 */
export function isTrustworthy({ method, headers, cookieNames, origins }: Provenance): boolean {
  if (READING.has(method) || BEARER.test(String(headers.authorization ?? ''))) return true;
  const provenance = provenanceOf(headers, origins);
  if (!cookieNames.some((name) => SESSION_COOKIE.test(name))) return provenance !== 'elsewhere';
  return provenance === 'here' && headers[PAGE_HEADER] === '1';
}

/** `unknown`: neither of the headers is there, so no browser of our day sent it. */
function provenanceOf(headers: Provenance['headers'], origins: readonly string[]): 'here' | 'elsewhere' | 'unknown' {
  const site = headers['sec-fetch-site'];
  const { origin } = headers;
  // Both where there are both: a proxy may have dropped one of them, and none may say that it is from elsewhere.
  if (origin !== undefined && !origins.includes(String(origin))) return 'elsewhere';
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'here' : 'elsewhere';
  return origin === undefined ? 'unknown' : 'here';
}
