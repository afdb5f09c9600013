import { randomInt } from 'node:crypto';
import { request } from 'node:http';
import type { Json, Reply } from './service-client';

const ANSWER_WITHIN_MS = 60_000;

export interface Sent {
  method: string;
  path: string;
  body?: Json;
  headers?: Record<string, string>;
}

/**
 * Somebody at one address of this machine: 127.0.0.2 and so on are all reached from here, and are different callers to the
 * service. Sends what it is told to, with a token where there is one.
 */
export class CallerAt {
  token: string | undefined;

  constructor(
    readonly url: string,
    readonly address: string,
  ) {}

  /** At an address that nobody else has: failures of other tests do not count for it. */
  static anywhere(url: string): CallerAt {
    return new CallerAt(url, `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`);
  }

  send<Body = Json>({ method, path, body, headers = {} }: Sent): Promise<Reply<Body>> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const all = {
      ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
      ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.url);
      const sent = request({ hostname, port, path, method, headers: all, localAddress: this.address, agent: false, timeout: ANSWER_WITHIN_MS }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8');
          const headersIn = new Headers();
          for (const [name, value] of Object.entries(response.headers)) for (const one of [value ?? []].flat()) headersIn.append(name, one);
          resolve({ status: response.statusCode ?? 0, headers: headersIn, body: (answer === '' ? undefined : JSON.parse(answer)) as Body });
        });
      });
      sent.on('timeout', () => sent.destroy(new Error(`${method} ${path} got no answer`)));
      sent.on('error', reject);
      sent.end(text);
    });
  }

  get<Body = Json>(path: string): Promise<Reply<Body>> {
    return this.send<Body>({ method: 'GET', path });
  }

  post<Body = Json>(path: string, body: Json = {}): Promise<Reply<Body>> {
    return this.send<Body>({ method: 'POST', path, body });
  }

  put<Body = Json>(path: string, body: Json): Promise<Reply<Body>> {
    return this.send<Body>({ method: 'PUT', path, body });
  }

  delete<Body = Json>(path: string): Promise<Reply<Body>> {
    return this.send<Body>({ method: 'DELETE', path });
  }

  /** Without the token: whoever signs in has none yet. */
  login(username: string, password: string, code?: string): Promise<Reply> {
    const body = { username, password, ...(code === undefined ? {} : { code }) };
    return new CallerAt(this.url, this.address).post('/v1/session', body);
  }

  /** Signs in and keeps the token. @throws Error when that fails */
  async signIn(username: string, password: string, code?: string): Promise<this> {
    const { status, body } = await this.login(username, password, code);
    if (status !== 200) throw new Error(`login of ${username} answered ${status} ${JSON.stringify(body)}`);
    this.token = body.token as string;
    return this;
  }

  /** Somebody else at the same address. */
  another(token?: string): CallerAt {
    const other = new CallerAt(this.url, this.address);
    other.token = token;
    return other;
  }
}
