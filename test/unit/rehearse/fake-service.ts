import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came in, without the reads of the OpenAPI document. */
export interface Received {
  operation: string;
  /** Path and query. */
  path: string;
  user: string | null;
  idempotencyKey: string | undefined;
  body: unknown;
}

export interface FakeAnswer {
  status: number;
  body: unknown;
}

export type Handler = (request: Received & { params: Record<string, string> }) => FakeAnswer;

const parameters = (...names: string[]) => names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
const body = (...properties: string[]) => ({ content: { 'application/json': { schema: { type: 'object', properties: Object.fromEntries(properties.map((name) => [name, {}])) } } } });

const PATHS: Record<string, Record<string, unknown>> = {
  '/v1/sessions': { post: { operationId: 'login', requestBody: body('username', 'password') } },
  '/v1/cases': {
    post: { operationId: 'submitApplication', requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Application' } } } } },
    get: { operationId: 'listCases', parameters: [{ name: 'limit', in: 'query' }] },
  },
  '/v1/cases/{caseId}': { get: { operationId: 'getCase', parameters: parameters('caseId') } },
  '/v1/cases/{caseId}/simulation': { post: { operationId: 'advanceSimulation', parameters: parameters('caseId'), requestBody: body('to') } },
  '/v1/cases/{caseId}/events': { get: { operationId: 'listCaseEvents', parameters: [...parameters('caseId'), { name: 'limit', in: 'query' }] } },
  '/v1/cases/{caseId}/acceptance': { post: { operationId: 'acceptApplication', parameters: parameters('caseId') } },
  '/v1/cases/{caseId}/relapses': { post: { operationId: 'reportRelapse', parameters: parameters('caseId'), requestBody: body('cause', 'simulation') } },
  '/v1/cases/{caseId}/notices/{kind}/objections': { post: { operationId: 'raiseObjection', parameters: parameters('caseId', 'kind'), requestBody: body('about') } },
  '/v1/cases/{caseId}/disbursements': { post: { operationId: 'prepareDisbursement', parameters: parameters('caseId'), requestBody: body('paymentIds') } },
  '/v1/disbursements/{disbursementId}/release': { post: { operationId: 'releaseDisbursement', parameters: parameters('disbursementId') } },
};

export const OPENAPI = {
  openapi: '3.1.0',
  paths: PATHS,
  components: { schemas: { Application: { allOf: [{ type: 'object', properties: { channel: {} } }, { type: 'object', properties: { simulation: {} } }] } } },
};

/**
 * A service with a few operations that remembers what it was asked. Its cases only have a state and a clock; a test
 * hands in handlers for whatever is to happen otherwise.
 */
export class FakeService {
  readonly received: Received[] = [];
  /** By id; a test may change one between two reads. */
  readonly cases = new Map<string, Record<string, unknown> & { now: string }>();
  private readonly server = createServer((request, response) => {
    void this.answer(request).then(({ status, body: answer }) => {
      response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' }).end(answer === undefined ? '' : JSON.stringify(answer));
    });
  });

  constructor(private readonly handlers: Record<string, Handler> = {}) {}

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The requests of one operation. */
  of(operation: string): Received[] {
    return this.received.filter((request) => request.operation === operation);
  }

  private async answer(request: IncomingMessage): Promise<FakeAnswer> {
    const path = request.url ?? '';
    if (path === '/openapi.json') return { status: 200, body: OPENAPI };
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const { operation, params } = route(request.method ?? '', path.split('?')[0]!);
    const received: Received = {
      operation,
      path,
      user: request.headers.authorization?.replace('Bearer token-of-', '') ?? null,
      idempotencyKey: request.headers['idempotency-key'] as string | undefined,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
    this.received.push(received);
    return (this.handlers[operation] ?? this.usual[operation] ?? (() => ({ status: 404, body: { status: 404, code: 'NOT_FOUND' } })))({ ...received, params });
  }

  private readonly usual: Record<string, Handler> = {
    login: ({ body: credentials }) => ({ status: 200, body: { token: `token-of-${(credentials as { username: string }).username}` } }),
    submitApplication: ({ body: application }) => {
      const { simulation } = application as { simulation?: { startsAt: string } };
      const id = `c${this.cases.size + 1}`;
      this.cases.set(id, { id, number: id.toUpperCase(), state: 'intake', awaiting: [], now: simulation?.startsAt ?? '2030-01-01T00:00:00+08:00' });
      return { status: 201, body: this.cases.get(id) };
    },
    getCase: ({ params }) => this.caseAnswer(params.caseId!),
    acceptApplication: ({ params }) => {
      Object.assign(this.cases.get(params.caseId!)!, { state: 'visit' });
      return this.caseAnswer(params.caseId!);
    },
    advanceSimulation: ({ params, body: target }) => {
      this.cases.get(params.caseId!)!.now = (target as { to: string }).to;
      return this.caseAnswer(params.caseId!);
    },
    listCaseEvents: () => ({ status: 200, body: { items: [{ seq: 1, type: 'applicationSubmitted', effectiveOn: '2024-01-08', recordedAt: '2024-01-08T09:00:00+08:00', actor: 'clerk' }], nextCursor: null } }),
    listCases: () => ({ status: 200, body: { items: [], nextCursor: null } }),
  };

  private caseAnswer(caseId: string): FakeAnswer {
    const found = this.cases.get(caseId);
    return found ? { status: 200, body: found } : { status: 404, body: { status: 404, code: 'NOT_FOUND' } };
  }
}

function route(method: string, path: string): { operation: string; params: Record<string, string> } {
  for (const [template, item] of Object.entries(PATHS)) {
    const operation = item[method.toLowerCase()] as { operationId: string } | undefined;
    const match = new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(path);
    if (operation && match) return { operation: operation.operationId, params: { ...match.groups } };
  }
  return { operation: 'unknown', params: {} };
}
