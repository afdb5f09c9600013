import { setTimeout as wait } from 'node:timers/promises';
import { isObject, type JsonObject } from '../rehearse/json';
import { readOperations, type Operation } from '../rehearse/openapi-document';

export interface Batch {
  id: string;
  state: 'inProgress' | 'finished';
  rows: number;
  imported: number;
  alreadyImported: number;
  refused: number;
  ignoredColumns: string[];
}

/** The service said no, or said nothing; one sentence for the person at the screen. */
export class ImportFailed extends Error {
  override readonly name = 'ImportFailed';
}

/** The password is right, and the code of an authenticator belongs to it. */
export class CodeNeeded extends ImportFailed {}

/** Longer than the service gives itself to read a list. */
const ANSWER_WITHIN_MS = 290_000;
const LOOK_EVERY_MS = 1_000;
/** A service that is started again meanwhile goes on with the rows; so long it is waited for. */
const AWAY_MS_MAX = 120_000;

/** The operations of the import, as the service's OpenAPI document describes them. */
export class ImportClient {
  private constructor(
    private readonly url: string,
    private readonly operations: ReadonlyMap<string, Operation>,
    private readonly token: string,
  ) {}

  /** @throws ImportFailed when there is no such service, or the user cannot sign in; CodeNeeded when the code is missing */
  static async connect(url: string, credentials: { username: string; password: string; code?: string }): Promise<ImportClient> {
    const base = url.replace(/\/+$/, '');
    const operations = readOperations(await json(await answered(`${base}/openapi.json`, {})));
    const signedOut = new ImportClient(base, operations, '');
    const session = await json(await signedOut.send('login', {}, JSON.stringify(credentials)));
    return new ImportClient(base, operations, String(session.token));
  }

  async template(): Promise<Buffer> {
    return bytes(await this.send('downloadImportTemplate'));
  }

  async upload(name: string, content: Buffer): Promise<Batch> {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(content)]), name);
    return asBatch(await json(await this.send('uploadFileImport', {}, form)));
  }

  /** Looks again and again until every row is done. */
  async untilFinished(batchId: string, onProgress: (batch: Batch) => void): Promise<Batch> {
    let answeredAt = Date.now();
    for (;;) {
      const response = await this.send('getFileImportBatch', { batchId }).catch((error: unknown) => {
        if (!(error instanceof ServiceAway) || Date.now() - answeredAt > AWAY_MS_MAX) throw error;
      });
      if (response) {
        answeredAt = Date.now();
        const batch = asBatch(await json(response));
        onProgress(batch);
        if (batch.state === 'finished') return batch;
      }
      await wait(LOOK_EVERY_MS);
    }
  }

  async result(batchId: string): Promise<Buffer> {
    return bytes(await this.send('downloadFileImportResult', { batchId }));
  }

  private async send(operationId: string, path: Record<string, string> = {}, body?: FormData | string): Promise<Response> {
    const operation = this.operations.get(operationId);
    if (!operation) throw new ImportFailed(`the service at ${this.url} has no operation ${operationId}; it is another version`);
    const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(path[name] ?? ''));
    const headers: Record<string, string> = { accept: '*/*' };
    if (this.token !== '') headers.authorization = `Bearer ${this.token}`;
    if (typeof body === 'string') headers['content-type'] = 'application/json';
    return answered(`${this.url}${filled}`, { method: operation.method, headers, body });
  }
}

/** No answer: the service is not there, or not there at the moment. */
class ServiceAway extends ImportFailed {}

async function answered(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch((error: unknown) => {
    throw new ServiceAway(`no answer from ${url}: ${error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)}`);
  });
  if (response.ok) return response;
  const problem: JsonObject = await json(response).catch(() => ({}));
  const said = [problem.title, problem.detail].filter((text) => typeof text === 'string').join('：');
  const Failed = response.status === 503 ? ServiceAway : response.status === 401 && problem.code === 'SECOND_FACTOR_REQUIRED' ? CodeNeeded : ImportFailed;
  throw new Failed(`${said === '' ? `${url} answered` : said} (${response.status}${typeof problem.code === 'string' ? ` ${problem.code}` : ''})`);
}

async function json(response: Response): Promise<JsonObject> {
  const value: unknown = await response.json();
  if (!isObject(value)) throw new ImportFailed(`${response.url} did not answer as expected`);
  return value;
}

async function bytes(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

function asBatch(value: JsonObject): Batch {
  const number = (name: string) => Number(value[name] ?? 0);
  const ignored = Array.isArray(value.ignoredColumns) ? value.ignoredColumns.map(String) : [];
  return {
    id: String(value.id),
    state: value.state === 'finished' ? 'finished' : 'inProgress',
    rows: number('rows'),
    imported: number('imported'),
    alreadyImported: number('alreadyImported'),
    refused: number('refused'),
    ignoredColumns: ignored,
  };
}
