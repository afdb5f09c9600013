import { randomUUID } from 'node:crypto';
import { readOperations, type Operation } from '../../../rehearse/openapi-document';
import { CallerAt } from '../given/caller';
import type { Json } from '../given/service-client';

const ANSWER_WITHIN_MS = 60_000;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** Wrong codes are counted by address: these come from one that nobody else has. */
const COUNTED = new Set(['provideSecondFactor', 'confirmSecondFactor', 'changePassword', 'login', 'requestCode', 'confirmCode']);

/** Sends operations of the service's OpenAPI document under whatever token. */
export class Asker {
  private constructor(
    readonly url: string,
    readonly operations: ReadonlyMap<string, Operation>,
    readonly document: Json,
  ) {}

  static async connect(url: string): Promise<Asker> {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as Json;
    return new Asker(url, readOperations(document), document);
  }

  /** @param input path parameters, and the rest of the body or query; a file instead makes a form of the rest */
  async ask(operationId: string, token: string | undefined, input: Json, { file, headers = {} }: { file?: Buffer; headers?: Record<string, string> } = {}): Promise<Answer> {
    const operation = this.operations.get(operationId);
    if (!operation) throw new Error(`the service has no operation ${operationId}`);
    const path = operation.path.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(String(input[name])));
    const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !operation.pathParameters.includes(name)));
    const { method } = operation;
    if (COUNTED.has(operationId)) return this.fromAnywhere(method, path, token, rest);
    const isRead = method === 'GET';
    const query = isRead ? `?${new URLSearchParams(Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)])).toString()}` : '';
    const { body, contentType } = isRead ? {} : file ? formOf(rest, file) : { body: JSON.stringify(rest), contentType: 'application/json' };
    const own = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      ...(isRead ? {} : { 'idempotency-key': randomUUID() }),
    };
    const response = await fetch(`${this.url}${path}${query}`, { method, headers: { ...own, ...headers }, body, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  private async fromAnywhere(method: string, path: string, token: string | undefined, body: Json): Promise<Answer> {
    const caller = CallerAt.anywhere(this.url);
    caller.token = token;
    const { status, headers, body: answer } = await caller.send({ method, path, body });
    return { status, headers, text: JSON.stringify(answer) };
  }
}

function formOf(fields: Json, file: Buffer): { body: FormData; contentType?: string } {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  form.append('file', new Blob([new Uint8Array(file)], { type: 'image/png' }), 'scan.png');
  return { body: form };
}

/** The code of a problem document; empty for any other answer. */
export function codeOf({ text }: Answer): string {
  return /"code":"([A-Z_]+)"/.exec(text)?.[1] ?? '';
}
