import { randomUUID } from 'node:crypto';
import { readOperations, type Operation } from '../../../rehearse/openapi-document';
import { SignIn } from '../../../rehearse/sign-in';

const ANSWER_WITHIN_MS = 60_000;

export type Json = Record<string, unknown>;

/** What the service said: everything that a front end can see of it. */
export interface Reply<Body = Json> {
  status: number;
  headers: Headers;
  body: Body;
}

/** Header values; null leaves out one that is otherwise sent. */
export type RequestHeaders = Record<string, string | null>;

/** One request as it goes over the wire, for what no well-behaved client sends. */
export interface RawRequest {
  method: string;
  path: string;
  /** User name; null for a request without a session. */
  as?: string | null;
  body?: string;
  headers?: RequestHeaders;
}

/**
 * The service's own faults are no answers: whatever a test asks for, status 500 and above (503 included, as nothing is
 * taken away from the service here) fails it.
 */
export class ServiceFault extends Error {
  override readonly name = 'ServiceFault';
}

/**
 * The service over HTTP, operation by operation, as its OpenAPI document describes it, with every header in the test's hands.
 */
export class ServiceClient {
  private readonly sessions: SignIn;

  private constructor(
    private readonly url: string,
    readonly operations: ReadonlyMap<string, Operation>,
    password: string,
  ) {
    this.sessions = new SignIn(async (username) => {
      const { status, body } = await this.call<{ token: string }>('login', null, { username, password });
      if (status !== 200) throw new Error(`login of ${username} answered ${status}`);
      return body.token;
    });
  }

  static async connect({ url, password }: { url: string; password: string }): Promise<ServiceClient> {
    const document = await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return new ServiceClient(url, readOperations(await document.json()), password);
  }

  /**
   * Sends one operation; `input` holds the path's parameters and the rest of the body (of the query for GET). Commands
   * carry a fresh Idempotency-Key unless `headers` says otherwise.
   */
  async call<Body = Json>(operationId: string, as: string | null, input: Json = {}, headers: RequestHeaders = {}): Promise<Reply<Body>> {
    const operation = this.operations.get(operationId);
    if (!operation) throw new Error(`the service has no operation ${operationId}`);
    const path = operation.pathParameters.reduce((filled, name) => filled.replace(`{${name}}`, encodeURIComponent(String(input[name]))), operation.path);
    const rest = Object.entries(input).filter(([name]) => !operation.pathParameters.includes(name));
    if (operation.method === 'GET') {
      const query = new URLSearchParams(Object.fromEntries(rest.map(([name, value]) => [name, String(value)])));
      return this.send<Body>({ method: 'GET', path: `${path}?${query.toString()}`, as, headers });
    }
    const hasBody = operation.hasBody || rest.length > 0;
    const body = hasBody ? JSON.stringify(Object.fromEntries(rest)) : undefined;
    const usual = { 'idempotency-key': randomUUID(), ...(hasBody ? { 'content-type': 'application/json' } : {}) };
    return this.send<Body>({ method: operation.method, path, as, body, headers: { ...usual, ...headers } });
  }

  /** @throws ServiceFault for an answer that is the service's own failure */
  async send<Body = Json>({ method, path, as = null, body, headers = {} }: RawRequest): Promise<Reply<Body>> {
    const session = as === null ? {} : { authorization: `Bearer ${await this.sessions.token(as)}` };
    const sent = Object.entries({ ...session, ...headers }).filter((entry): entry is [string, string] => entry[1] !== null);
    const response = await fetch(`${this.url}${path}`, { method, headers: sent, body, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const text = await response.text();
    if (response.status >= 500) throw new ServiceFault(`${method} ${path} answered ${response.status}: ${text}`);
    return { status: response.status, headers: response.headers, body: parse(text) as Body };
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
