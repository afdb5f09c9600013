import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { CaseView } from '../../api/schemas/case';
import { isObject, type JsonObject } from '../../rehearse/json';
import { readOperations, type Operation } from '../../rehearse/openapi-document';
import { SignIn } from '../../rehearse/sign-in';
import { HttpConnections, type HttpAnswer } from '../load/http-request';

export interface Call {
  operation: string;
  /** User name; null where nobody needs to be signed in. */
  as: string | null;
  caseId?: string;
  /** Path parameters, and the rest of the body or of the query. */
  input?: JsonObject;
}

/** Somebody who is told to come again this often gives up. */
const ATTEMPTS_MAX = 10;

/** Speaks to the service over HTTP as a front end would: by its OpenAPI document, over connections that stay open. */
export class Caller {
  /** How often the service was too busy and asked for the request to be repeated. */
  toldToRepeat = 0;
  private readonly sessions = new SignIn((username) => this.login(username));

  private constructor(
    private readonly url: string,
    private readonly password: string,
    private readonly connections: HttpConnections,
    private readonly operations: ReadonlyMap<string, Operation>,
  ) {}

  static async connect(url: string, password: string): Promise<Caller> {
    const connections = new HttpConnections();
    const { text } = await connections.send(`${url}/openapi.json`, { method: 'GET', headers: {} });
    return new Caller(url, password, connections, readOperations(JSON.parse(text)));
  }

  /**
   * Sends one operation; the answer's time does not include signing in. Everything but GET has a new Idempotency-Key.
   *
   * A service that is too busy for the moment says 503 and when to come again: the request is repeated under its key, as a front end
   * does, and the time goes on.
   */
  async send(call: Call): Promise<HttpAnswer> {
    const request = await this.requestOf(call);
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt++) {
      const answer = await this.connections.send(request.url, request);
      if (answer.status !== 503 || attempt === ATTEMPTS_MAX) return { ...answer, tookMs: performance.now() - startedAt };
      this.toldToRepeat++;
      await pause(Number(answer.retryAfter ?? 1) * 1000);
    }
  }

  private async requestOf({ operation: id, as, caseId, input = {} }: Call): Promise<{ url: string; method: string; headers: Record<string, string>; body?: string }> {
    const operation = this.operations.get(id);
    if (!operation) throw new Error(`the service has no operation ${id}`);
    const { method } = operation;
    const given: JsonObject = { ...input, caseId };
    const path = operation.path.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(String(given[name])));
    const rest = Object.entries(input).filter(([name]) => !operation.pathParameters.includes(name));
    const signedIn: Record<string, string> = as === null ? {} : { authorization: `Bearer ${await this.sessions.token(as)}` };
    if (method === 'GET') {
      const query = new URLSearchParams(Object.fromEntries(rest.map(([name, value]) => [name, String(value)]))).toString();
      return { url: `${this.url}${path}${query === '' ? '' : `?${query}`}`, method, headers: signedIn };
    }
    const body = JSON.stringify(Object.fromEntries(rest));
    const length = String(Buffer.byteLength(body));
    const headers = { ...signedIn, 'content-type': 'application/json', 'content-length': length, 'idempotency-key': randomUUID() };
    return { url: `${this.url}${path}`, method, headers, body };
  }

  /** Carries out what must succeed. @throws Error with the problem document: a benchmark of refusals measures something else */
  async done(call: Call): Promise<{ body: unknown; tookMs: number }> {
    const { status, text, tookMs } = await this.send(call);
    if (status >= 300) throw new Error(`${call.operation} answered ${status} ${text.slice(0, 500)}`);
    return { body: JSON.parse(text) as unknown, tookMs };
  }

  /** Carries out what is answered with the case as it is then. */
  async onCase(call: Call): Promise<{ view: CaseView; tookMs: number }> {
    const { body, tookMs } = await this.done(call);
    return { view: body as CaseView, tookMs };
  }

  /** Signs users in ahead, so that no measurement has to wait for a password to be checked. */
  async signIn(usernames: Iterable<string>): Promise<void> {
    for (const username of new Set(usernames)) await this.sessions.token(username);
  }

  close(): void {
    this.connections.close();
  }

  private async login(username: string): Promise<string> {
    const { body } = await this.done({ operation: 'login', as: null, input: { username, password: this.password } });
    if (!isObject(body) || typeof body.token !== 'string') throw new Error(`the login of ${username} gave no token`);
    return body.token;
  }
}
