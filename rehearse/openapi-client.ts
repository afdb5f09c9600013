import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from './json';
import { type Operation, readOperations } from './openapi-document';
import { SignIn } from './sign-in';

/** Longer than any command takes, ten years of simulated time included, so that a hanging service fails the step. */
const REQUEST_MS_MAX = 120_000;

/** What the service said to one request. */
export interface Answer {
  status: number;
  /** The parsed body; text that is not JSON as it is; undefined when empty. */
  body: unknown;
}

export interface Call {
  operation: string;
  /** User name, or null for a request without a session. */
  as: string | null;
  /** Path parameters, and the rest of the body (of the query for GET). */
  input?: JsonObject;
  /** Value of the `{caseId}` path parameter, where the operation has one. */
  caseId?: string;
}

/** The service does not answer: no connection, no answer in time, or no OpenAPI document. Nothing else can be asked of it. */
export class ServiceUnreachable extends Error {
  override readonly name = 'ServiceUnreachable';
}

/** This one request cannot be sent: its user cannot sign in, a path parameter is missing, the operation is unknown. */
export class CallNotPossible extends Error {
  override readonly name = 'CallNotPossible';
}

/** A client of the service that knows nothing of it but its OpenAPI document. */
export class OpenApiClient {
  private readonly sessions: SignIn;

  private constructor(
    private readonly url: string,
    private readonly operations: ReadonlyMap<string, Operation>,
    password: string,
  ) {
    this.sessions = new SignIn((username) => this.login(username, password));
  }

  /**
   * Reads the service's OpenAPI document.
   *
   * @param url the service's address; one password serves all demo users
   * @throws ServiceUnreachable when nothing answers there; NotAnOpenApiDocument when something else does
   */
  static async connect(url: string, password: string): Promise<OpenApiClient> {
    const base = url.replace(/\/+$/, '');
    const { status, body } = await request(`${base}/openapi.json`, {});
    if (status !== 200) throw new ServiceUnreachable(`${base}/openapi.json answered ${status}`);
    return new OpenApiClient(base, readOperations(body), password);
  }

  /** undefined when the document does not list that operation id. */
  findOperation(operationId: string): Operation | undefined {
    return this.operations.get(operationId);
  }

  /**
   * Sends one operation. Everything but GET carries a fresh Idempotency-Key: two calls are two commands.
   *
   * @returns the answer whatever its status: a refusal is an answer
   * @throws CallNotPossible, ServiceUnreachable
   */
  async call({ operation: operationId, as, input = {}, caseId }: Call): Promise<Answer> {
    const operation = this.operations.get(operationId);
    if (!operation) throw new CallNotPossible(`operation ${operationId} is not in the OpenAPI document`);

    const { path, rest } = fillPath(operation, caseId === undefined ? input : { ...input, ...takesCaseId(operation, caseId) });
    const isRead = operation.method === 'GET';
    const headers: Record<string, string> = { accept: 'application/json, application/problem+json' };
    if (as !== null) headers.authorization = `Bearer ${await this.sessions.token(as)}`;
    if (!isRead) headers['idempotency-key'] = randomUUID();

    // Without a documented body an empty one is not sent: Fastify refuses the content type without content.
    const body = !isRead && (operation.hasBody || Object.keys(rest).length > 0) ? JSON.stringify(rest) : undefined;
    if (body !== undefined) headers['content-type'] = 'application/json';
    return request(`${this.url}${path}${isRead ? asQuery(rest) : ''}`, { method: operation.method, headers, body });
  }

  private async login(username: string, password: string): Promise<string> {
    const { status, body } = await this.call({ operation: 'login', as: null, input: { username, password } });
    if (status >= 400 || !isObject(body) || typeof body.token !== 'string') {
      throw new CallNotPossible(`login of ${username} answered ${status}${isObject(body) && typeof body.code === 'string' ? ` ${body.code}` : ''}`);
    }
    return body.token;
  }
}

function takesCaseId(operation: Operation, caseId: string): JsonObject {
  return operation.pathParameters.includes('caseId') ? { caseId } : {};
}

/** Puts the path parameters into the path; what is left is the body or the query. */
function fillPath(operation: Operation, input: JsonObject): { path: string; rest: JsonObject } {
  const rest = { ...input };
  let path = operation.path;
  for (const name of operation.pathParameters) {
    const value = rest[name];
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new CallNotPossible(`${operation.id} needs the path parameter ${name}, which the step does not give`);
    }
    path = path.replace(`{${name}}`, encodeURIComponent(value));
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a fresh copy, emptied of what went into the path
    delete rest[name];
  }
  return { path, rest };
}

function asQuery(values: JsonObject): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one === undefined || one === null) continue;
      query.append(name, typeof one === 'string' ? one : JSON.stringify(one));
    }
  }
  return query.size > 0 ? `?${query.toString()}` : '';
}

async function request(url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_MS_MAX) });
    const text = await response.text();
    return { status: response.status, body: parse(text) };
  } catch (error) {
    throw new ServiceUnreachable(`no answer from ${init.method ?? 'GET'} ${url}: ${reason(error)}`, { cause: error });
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON: shown as it is, it then differs from whatever the scenario expects.
    return text;
  }
}

/** `fetch` says only "fetch failed" and hides the reason in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
