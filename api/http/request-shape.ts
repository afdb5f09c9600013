import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isIP } from 'node:net';
import type { HttpProblem } from '../problem';
import { notFound } from '../problem';
import { headersTooLarge, malformedRequest, methodNotAllowed, misdirected, queryRepeated, queryTooMuch, unsupportedEncoding, uriTooLong } from './http-problems';
import { HEADERS_MAX, QUERY_CHARACTERS_MAX, QUERY_PARAMETERS_MAX, URL_CHARACTERS_MAX } from './limits';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** What is looked at of a request before its route is asked for anything. */
export interface RequestShape {
  method: string;
  /** As it stood in the first line. */
  url: string;
  /** Names and values in turn, as they came. */
  rawHeaders: readonly string[];
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The host that was meant: of the proxy's word where a trusted one speaks, otherwise of the header. */
  host: string;
  query: unknown;
}

/** Refuses requests that no well-behaved client sends, before the session is looked up. */
export function guardShapes(app: FastifyInstance, publicUrl: string | undefined): void {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  app.addHook('onRequest', (request, _reply, done) => {
    done(shapeProblem(shapeOf(request), publicHost));
  });
}

function shapeOf({ method, raw, headers, host, query }: FastifyRequest): RequestShape {
  return { method, url: raw.url ?? '', rawHeaders: raw.rawHeaders, headers, host, query };
}

/**
 * What is wrong with a request as such; undefined when nothing is.
 *
 * @param publicHost host of PUBLIC_URL; undefined: the service does not know its name and takes any
 */
export function shapeProblem(request: RequestShape, publicHost?: string): HttpProblem | undefined {
  const { method, url, rawHeaders, headers, query } = request;
  if (!METHODS.includes(method)) return methodNotAllowed(METHODS);
  if (url.length > URL_CHARACTERS_MAX) return uriTooLong();
  if (!url.startsWith('/')) return malformedRequest({ zh: '请求地址须以 / 开头。', en: 'The request target must begin with a slash.' });
  if (hidesItsWay(url)) return notFound();
  if (rawHeaders.length / 2 > HEADERS_MAX) return headersTooLarge();
  return hostProblem(request, publicHost) ?? bodyProblem(method, headers) ?? queryProblem(query);
}

/** A path that would mean another place once it is decoded or resolved; none of our ids needs such signs. */
function hidesItsWay(url: string): boolean {
  const path = url.split('?', 1)[0] ?? '';
  return /%(2f|5c|00|25)|[\\]|(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path);
}

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]{0,252}))(:\d{1,5})?$/i;

function hostProblem({ rawHeaders, host }: RequestShape, publicHost: string | undefined): HttpProblem | undefined {
  const count = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (count !== 1 || !HOST.test(host)) return malformedRequest({ zh: '须有且仅有一个有效的 Host 请求头。', en: 'There must be exactly one valid Host header.' });
  if (publicHost === undefined || host.toLowerCase() === publicHost) return undefined;
  // A browser is lured here by a name that somebody else makes point at us, never by an address; probes use addresses.
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return name.toLowerCase() === 'localhost' || isIP(name) !== 0 ? undefined : misdirected();
}

function bodyProblem(method: string, headers: RequestShape['headers']): HttpProblem | undefined {
  const hasBody = headers['transfer-encoding'] !== undefined || !/^0*$/.test(String(headers['content-length'] ?? ''));
  // Some on the way would pass it on and some would not, and the two disagree about where the next request begins.
  if (hasBody && (method === 'GET' || method === 'HEAD')) return malformedRequest({ zh: '读取请求不得带有内容。', en: 'A reading request has no body.' });
  return hasBody && !/^(identity)?$/i.test(String(headers['content-encoding'] ?? '')) ? unsupportedEncoding() : undefined;
}

function queryProblem(query: unknown): HttpProblem | undefined {
  const given = Object.entries((query ?? {}) as Record<string, string | string[]>);
  const values = given.flatMap(([, value]) => value);
  if (values.length > QUERY_PARAMETERS_MAX) return queryTooMuch();
  if ([...values, ...given.map(([name]) => name)].some((text) => text.length > QUERY_CHARACTERS_MAX)) return queryTooMuch();
  // Two readers of the same request may each take another one of them.
  const repeated = given.filter(([, value]) => Array.isArray(value)).map(([name]) => name);
  return repeated.length > 0 ? queryRepeated(repeated) : undefined;
}
