import { isObject, type JsonObject } from '../../rehearse/json';
import { readOperations, type Operation } from '../../rehearse/openapi-document';
import { SignIn } from '../../rehearse/sign-in';
import type { CaseView } from '../../api/schemas/case';

export interface KeyedCall {
  operation: string;
  as: string | null;
  caseId?: string;
  /** Path parameters, and the rest of the body. */
  input?: JsonObject;
  /** The Idempotency-Key. */
  key?: string;
  /** If-Match: the version that the caller saw. */
  ifVersion?: number;
}

export interface KeyedAnswer {
  status: number;
  body: JsonObject;
  retryAfter: string | null;
  tookMs: number;
}

/** Longer than the service takes to say that it cannot answer. */
const REQUEST_MS_MAX = 60_000;

/** The service died over the request, or was not there at all. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** A caller that chooses its own idempotency keys, as one that repeats what was not answered has to. */
export class KeyedClient {
  private readonly sessions: SignIn;

  private constructor(
    readonly url: string,
    private readonly operations: ReadonlyMap<string, Operation>,
    signIn: (client: KeyedClient) => SignIn,
  ) {
    this.sessions = signIn(this);
  }

  static async connect(url: string, password: string): Promise<KeyedClient> {
    const response = await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(REQUEST_MS_MAX) });
    return new KeyedClient(url, readOperations(await response.json()), (client) => new SignIn((username) => client.login(username, password)));
  }

  /** The same people, through another address of the same service. */
  at(url: string): KeyedClient {
    return new KeyedClient(url, this.operations, () => this.sessions);
  }

  /** @throws NoAnswer */
  async call({ operation: operationId, as, caseId, input = {}, key, ifVersion }: KeyedCall): Promise<KeyedAnswer> {
    const operation = this.operations.get(operationId);
    if (!operation) throw new Error(`the service has no operation ${operationId}`);
    const given: JsonObject = { ...input, caseId };
    const path = operation.path.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(String(given[name])));
    const body = Object.fromEntries(Object.entries(input).filter(([name]) => !operation.pathParameters.includes(name)));
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (as !== null) headers.authorization = `Bearer ${await this.sessions.token(as)}`;
    if (key !== undefined) headers['idempotency-key'] = key;
    if (ifVersion !== undefined) headers['if-match'] = `"${ifVersion}"`;
    const isRead = operation.method === 'GET';
    const startedAt = performance.now();
    const init = { method: operation.method, headers, body: isRead ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(REQUEST_MS_MAX) };
    try {
      const response = await fetch(`${this.url}${path}`, init);
      const answer: unknown = await response.json();
      const retryAfter = response.headers.get('retry-after');
      return { status: response.status, body: isObject(answer) ? answer : {}, retryAfter, tookMs: performance.now() - startedAt };
    } catch (error) {
      throw new NoAnswer(`${operationId} got no answer`, { cause: error });
    }
  }

  /** Carries out what must succeed. @throws Error with the problem's code */
  async done<T = CaseView>(call: KeyedCall): Promise<T> {
    const { status, body } = await this.call(call);
    if (status >= 400) throw new Error(`${call.operation} answered ${status} ${JSON.stringify(body)}`);
    return body as T;
  }

  /** The answer, or undefined where the service died over it. */
  async attempt(call: KeyedCall): Promise<KeyedAnswer | undefined> {
    try {
      return await this.call(call);
    } catch (error) {
      if (error instanceof NoAnswer) return undefined;
      throw error;
    }
  }

  getCase(caseId: string, as: string): Promise<CaseView> {
    return this.done({ operation: 'getCase', as, caseId });
  }

  private async login(username: string, password: string): Promise<string> {
    const { status, body } = await this.call({ operation: 'login', as: null, input: { username, password } });
    if (status >= 500) throw new NoAnswer(`login of ${username} answered ${status}`);
    if (status !== 200) throw new Error(`login of ${username} answered ${status}`);
    return body.token as string;
  }
}
