import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectTo } from 'node:net';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { connect } from '../../../store/db';
import { zipStored } from '../../../file-import/zip-archive';
import { LIANGXI } from '../given/application';
import { EICAR } from '../given/clamd';
import { DocumentClient } from '../given/document-client';
import { pdf, photo } from '../given/documents';
import { chunk, png } from '../given/png';
import { expectProblem } from '../given/problem';
import { answersIn, request, sendRaw } from '../given/raw-http';
import { ServiceClient } from '../given/service-client';
import { untilTrue } from '../given/until';
import { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const UNKNOWN = '3f1c4b1e-0000-4000-8000-000000000000';
const MB = 1024 * 1024;

let client: ServiceClient;
let clerk: DocumentClient;
let walked: WalkedCase;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  clerk = await DocumentClient.signIn(LIANGXI.clerk);
  walked = await WalkedCase.submit(client);
});

function formOf(parts: readonly (readonly [string, string | Blob])[]): FormData {
  const form = new FormData();
  for (const [name, value] of parts) form.append(name, value);
  return form;
}

describe('what is taken', () => {
  test('a picture: drawn anew, listed, and given out without what the telephone wrote beside it', async () => {
    const { status, body } = await clerk.upload(walked.id, await photo(), { name: '张三身份证.jpg' });
    expect([status, body]).toEqual([201, expect.objectContaining({ kind: 'idCard', state: 'clean', contentType: 'image/jpeg', uploadedBy: LIANGXI.clerk })]);
    expect((await clerk.list(walked.id)).body.items).toContainEqual(body);
    const link = await clerk.link(walked.id, body.id);
    expect(link.status).toBe(201);
    const { bytes, headers } = await clerk.download(link.body.url);
    expect(bytes.toString('latin1')).not.toMatch(/CANARY/);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 40, height: 60 });
    expect(Object.fromEntries(headers)).toMatchObject({ 'content-type': 'image/jpeg', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="idCard-[0-9a-f]{8}\.jpeg"$/);
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });

  test.each(['png', 'webp'] as const)('a %s, whatever it is called and said to be', async (format) => {
    const { status, body } = await clerk.upload(walked.id, await photo({ format }), { name: 'evil.exe', type: 'text/html' });
    expect([status, body.contentType]).toEqual([201, `image/${format}`]);
  });

  test('a PDF, byte by byte as it came', async () => {
    const file = pdf();
    const { body } = await clerk.upload(walked.id, file, { kind: 'medicalBill', name: 'x.pdf', type: 'application/pdf' });
    expect(body).toMatchObject({ contentType: 'application/pdf', sizeBytes: file.length });
    expect((await clerk.download((await clerk.link(walked.id, body.id)).body.url)).bytes).toEqual(file);
  });

  test('two at once, and many at once, each of them', async () => {
    const file = await photo();
    const replies = await Promise.all(Array.from({ length: 8 }, () => clerk.upload(walked.id, file)));
    expect(replies.map(({ status }) => status)).toEqual(Array<number>(8).fill(201));
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(8);
  });
});

describe('what is not taken, whatever it is called', () => {
  test.each<[what: string, file: () => Buffer | Promise<Buffer>, status: number, code: string]>([
    ['nothing', () => Buffer.alloc(0), 422, 'DOCUMENT_UNREADABLE'],
    ['a web page', () => Buffer.from('<html><script>alert(1)</script></html>'), 415, 'DOCUMENT_TYPE_NOT_ALLOWED'],
    ['a drawing with scripts', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 415, 'DOCUMENT_TYPE_NOT_ALLOWED'],
    ['a GIF', () => photo({ format: 'gif' }), 415, 'DOCUMENT_TYPE_NOT_ALLOWED'],
    ['a TIFF', () => photo({ format: 'tiff' }), 415, 'DOCUMENT_TYPE_NOT_ALLOWED'],
    ['a HEIC', () => Buffer.from('00000018667479706865696300000000686569636d696631', 'hex'), 415, 'DOCUMENT_TYPE_NOT_ALLOWED'],
    ['an archive', () => zipStored(new Map([['a.jpg', Buffer.from('x')]])), 415, 'DOCUMENT_TYPE_NOT_ALLOWED'],
    ['a program', () => Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500)]), 415, 'DOCUMENT_TYPE_NOT_ALLOWED'],
    ['a picture that is cut off', async () => (await sharp({ create: { width: 300, height: 300, channels: 3, background: 'white', noise: { type: 'gaussian', mean: 120, sigma: 60 } } }).jpeg().toBuffer()).subarray(0, 5_000), 422, 'DOCUMENT_UNREADABLE'],
    ['a page before a PDF', () => Buffer.concat([Buffer.from('<html>'), pdf()]), 415, 'DOCUMENT_TYPE_NOT_ALLOWED'],
    ['a PDF with an archive behind it', () => Buffer.concat([pdf(), zipStored(new Map([['a', Buffer.alloc(4_000)]]))]), 422, 'DOCUMENT_UNREADABLE'],
    ['a PDF with a script', () => pdf('<< /S /JavaScript /JS (x) >>'), 422, 'DOCUMENT_ACTIVE_CONTENT'],
    ['a PDF under a password', () => pdf('<< /Encrypt 9 0 R >>'), 422, 'DOCUMENT_NOT_INSPECTABLE'],
    ['more than ten megabytes', () => Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(10 * MB)]), 413, 'BODY_TOO_LARGE'],
  ])('%s', async (_what, file, status, code) => {
    expectProblem(await clerk.upload(walked.id, await file()), status, code);
  });

  test('a form without a kind, with another kind, and with no form at all', async () => {
    const file = await photo();
    expectProblem(await clerk.upload(walked.id, file, { kind: null }), 400, 'INVALID_INPUT');
    expectProblem(await clerk.upload(walked.id, file, { kind: 'diary' }), 400, 'INVALID_INPUT');
    const json = await client.send({ method: 'POST', path: `/v1/cases/${walked.id}/documents`, as: LIANGXI.clerk, body: '{}', headers: { 'content-type': 'application/json' } });
    expectProblem(json, 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  test('a form with a second file, another field, or the file under another name: none of it', async () => {
    const file = new Blob([new Uint8Array(await photo())], { type: 'image/jpeg' });
    const before = (await clerk.list(walked.id)).body.items.length;
    const parts: [string, string | Blob][][] = [
      [['kind', 'idCard'], ['file', file], ['file', file]],
      [['kind', 'idCard'], ['file', file], ['other', file]],
      [['kind', 'idCard'], ['file', file], ['caseId', UNKNOWN]],
      [['kind', 'idCard'], ['kind', 'medicalBill'], ['file', file]],
      [['kind', 'idCard'], ['scan', file]],
    ];
    for (const form of parts) expectProblem(await clerk.send(walked.id, formOf(form)), 400, 'INVALID_INPUT');
    expect((await clerk.list(walked.id)).body.items).toHaveLength(before);
  });

  test('the kind may follow the file', async () => {
    const file = new Blob([new Uint8Array(await photo())], { type: 'image/jpeg' });
    expect((await clerk.send(walked.id, formOf([['file', file], ['kind', 'medicalBill']]))).body).toMatchObject({ kind: 'medicalBill', state: 'clean' });
  });
});

/** What is taken out of them before anything reads them: `test/unit/documents/png.test.ts`. */
describe('a small picture that means much work', () => {
  test.each([
    ['texts that unpack to gigabytes', () => Array<Buffer>(150).fill(chunk('iTXt', Buffer.concat([Buffer.from('k\0\x01\0\0\0'), deflateSync(Buffer.alloc(48 * MB))])))],
    ['hundreds of thousands of empty pieces', () => Array<Buffer>(700_000).fill(chunk('tEXt', Buffer.alloc(0)))],
  ])('%s: the picture is taken, and others go on meanwhile', async (_what, between) => {
    const upload = clerk.upload(walked.id, png({ between: between() }));
    expect((await fetch(`${testStack().url}/health/live`)).status).toBe(200);
    expect((await upload).status).toBe(201);
  });
});

describe('a file that comes slowly', () => {
  const head = (caseId: string, { authorization }: DocumentClient) =>
    request(`POST /v1/cases/${caseId}/documents HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: ${authorization}`, 'Content-Type: multipart/form-data; boundary=B', `Content-Length: ${9 * MB}`, 'Connection: close');

  test('is not waited for where there is no such case, or it is not for that person to see', async () => {
    const stranger = await DocumentClient.signIn('bz-woyang.handler');
    for (const [caseId, who] of [[UNKNOWN, clerk], [walked.id, stranger]] as const) {
      const { text } = await sendRaw(testStack().url, [head(caseId, who)]);
      expect(answersIn(text)).toMatchObject([{ status: 404 }]);
    }
  });

  test('is one of ten of the same person at the most, and others go on; once they are gone, so does that person', async () => {
    const { hostname, port } = new URL(testStack().url);
    const slow = Array.from({ length: 11 }, () => connectTo(Number(port), hostname));
    try {
      const answers = slow.map((socket) => once(socket, 'data') as Promise<[Buffer]>);
      for (const socket of slow) socket.write(`${head(walked.id, clerk)}--B\r\n`);
      expect(String(await Promise.race(answers))).toContain('DOCUMENTS_BUSY'); // which of them comes last is not ours to say
      expectProblem(await clerk.upload(walked.id, await photo()), 503, 'DOCUMENTS_BUSY');
      const handler = await DocumentClient.signIn(`${LIANGXI.county}.handler`);
      expect((await handler.upload(walked.id, await photo())).status).toBe(201);
    } finally {
      for (const socket of slow) socket.destroy();
    }
    await untilTrue(async () => (await clerk.upload(walked.id, await photo())).status === 201, () => 'their places were not given back');
  });
});

describe('who may', () => {
  test('a case of another union is unknown, for every one of the four operations', async () => {
    const { body } = await clerk.upload(walked.id, await photo());
    const stranger = await DocumentClient.signIn('bz-woyang.handler');
    expectProblem(await stranger.upload(walked.id, await photo()), 404, 'NOT_FOUND');
    for (const reply of [await stranger.list(walked.id), await stranger.link(walked.id, body.id)]) expectProblem(reply, 404, 'NOT_FOUND');
    const { url } = (await clerk.link(walked.id, body.id)).body;
    expect((await stranger.download(url)).status).toBe(404);
  });

  test('a document under another case, and one that is none, are unknown', async () => {
    const { body } = await clerk.upload(walked.id, await photo());
    const other = await WalkedCase.submit(client);
    for (const id of [body.id, UNKNOWN, 'x']) expectProblem(await clerk.link(other.id, id), 404, 'NOT_FOUND');
  });

  test('roles that do not judge a case do not see its papers', async () => {
    for (const user of ['wx-liangxi.finance', 'wx-liangxi.treasurer', 'wx-liangxi.admin']) expectProblem((await (await DocumentClient.signIn(user)).list(walked.id)), 403, 'FORBIDDEN');
    expectProblem(await (await DocumentClient.signIn('wx-liangxi.auditor')).upload(walked.id, await photo()), 403, 'FORBIDDEN');
  });

  test('a link is for the session that asked for it, for a minute, and for nobody who is not signed in', async () => {
    const { body } = await clerk.upload(walked.id, await photo());
    const { url, expiresAt } = (await clerk.link(walked.id, body.id)).body as { url: string; expiresAt: string };
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
    const samePerson = await DocumentClient.signIn(LIANGXI.clerk);
    expect((await samePerson.download(url)).status).toBe(404);
    expect((await fetch(`${testStack().url}${url}`)).status).toBe(401);
    expect((await clerk.download(url)).status).toBe(200);
    const pool = connect(testStack().databaseUrl, 1);
    try {
      await pool.query("update document_link set expires_at = now() - interval '1 second' where document_id = $1", [body.id]);
    } finally {
      await pool.end();
    }
    expect((await clerk.download(url)).status).toBe(404);
    for (const guess of ['/v1/downloads/x', `/v1/downloads/${'A'.repeat(43)}`]) expect((await clerk.download(guess)).status).toBe(404);
  });
});

test('who asked for a paper and who got it stands with the case, with which paper it was; a link that leads nowhere with no case', async () => {
  const other = await WalkedCase.submit(client);
  const { body } = await clerk.upload(other.id, await photo(), { kind: 'medicalBill' });
  const { url } = (await clerk.link(other.id, body.id)).body;
  expect((await clerk.download(url)).status).toBe(200);
  expect((await (await DocumentClient.signIn('bz-woyang.handler')).download(url)).status).toBe(404);
  const accesses = async (filter: Record<string, string>) => {
    const reply = await client.call<{ items: Record<string, unknown>[] }>('listAccessesToCase', 'wx.auditor', { caseId: other.id, ...filter });
    return reply.body.items.map(({ operation, kind, actor, outcome, chain, details }) => ({ operation, kind, actor, outcome, chain, details }));
  };
  const line = { actor: LIANGXI.clerk, outcome: 'done', chain: `case:${other.id}`, details: { documentId: body.id, kind: 'medicalBill' } };
  expect(await accesses({ operation: 'downloadDocument' })).toEqual([{ ...line, operation: 'downloadDocument', kind: 'export' }]);
  expect(await accesses({ operation: 'createDownloadLink' })).toEqual([{ ...line, operation: 'createDownloadLink', kind: 'command' }]);
});

describe('materials name documents', () => {
  test('a clean one of the case; one of another case, an unknown one and free text are refused alike', async () => {
    const { body } = await clerk.upload(walked.id, await photo());
    const other = await WalkedCase.submit(client);
    const items = (...documentIds: unknown[]) => ({ items: documentIds.map((documentId) => ({ kind: 'idCard', documentId })) });
    expect((await walked.send('addMaterials', LIANGXI.clerk, items(body.id))).status).toBe(200);
    expect((await walked.send('addMaterials', LIANGXI.clerk, items(String(body.id).toUpperCase()))).status).toBe(200);
    const problem = expectProblem(await other.send('addMaterials', LIANGXI.clerk, items(body.id, UNKNOWN, '身份证')), 422, 'DOCUMENT_NOT_USABLE');
    expect(problem.documentIds).toEqual([body.id, UNKNOWN, '身份证']);
  });
});

test('the record keeps neither names of files nor anything of their content', async () => {
  await clerk.upload(walked.id, pdf(`<< /Title (CANARYTITLE) >>`), { name: 'CANARYFILE.pdf' });
  const pool = connect(testStack().databaseUrl, 1);
  try {
    const { rows } = await pool.query<{ row: string }>('select to_jsonb(document)::text as row from document');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ row }) => row).join()).not.toMatch(/CANARY/);
  } finally {
    await pool.end();
  }
  expect(EICAR).toHaveLength(68);
  expect(readFileSync(__filename, 'utf8')).not.toContain(EICAR);
});
