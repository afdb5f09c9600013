import { testStack } from '../../stack/test-stack';
import type { Json, Reply } from './service-client';

/** Somebody who is signed in at one API, and sends and fetches files. */
export class DocumentClient {
  private constructor(
    private readonly url: string,
    readonly authorization: string,
  ) {}

  static async signIn(username: string, url = testStack().url): Promise<DocumentClient> {
    const response = await fetch(`${url}/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username, password: testStack().password }) });
    if (response.status !== 200) throw new Error(`login of ${username} answered ${response.status}`);
    return new DocumentClient(url, `Bearer ${((await response.json()) as { token: string }).token}`);
  }

  /** Sends a form as a browser does. */
  async upload(caseId: string, file: Buffer, { kind = 'idCard', name = 'scan.jpg', type = 'image/jpeg' }: { kind?: string | null; name?: string; type?: string } = {}): Promise<Reply> {
    const form = new FormData();
    if (kind !== null) form.append('kind', kind);
    form.append('file', new Blob([new Uint8Array(file)], { type }), name);
    return this.send(caseId, form);
  }

  /** Sends a form of one's own making. */
  send(caseId: string, form: FormData): Promise<Reply> {
    return this.json('POST', `/v1/cases/${caseId}/documents`, form);
  }

  async list(caseId: string): Promise<Reply<{ items: Json[] }>> {
    return (await this.json('GET', `/v1/cases/${caseId}/documents`)) as Reply<{ items: Json[] }>;
  }

  link(caseId: string, documentId: unknown): Promise<Reply> {
    return this.json('POST', `/v1/cases/${caseId}/documents/${String(documentId)}/links`);
  }

  async download(path: unknown): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
    const response = await fetch(`${this.url}${String(path)}`, { headers: { authorization: this.authorization } });
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  private async json(method: string, path: string, body?: FormData): Promise<Reply> {
    const response = await fetch(`${this.url}${path}`, { method, headers: { authorization: this.authorization }, body });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
  }
}
