import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { zipStored } from '../../../file-import/zip-archive';
import { ServiceClient, type Json, type Reply } from '../given/service-client';
import { givenHousehold, importList } from '../given/import-list';
import { importsOf } from '../given/import-batch';
import { expectProblem } from '../given/problem';
import { testStack } from '../../stack/test-stack';

const HANDLER = 'wx-liangxi.handler';
const PATH = '/v1/file-imports/batches';
const MB = 1024 * 1024;
let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

/** Sends a form as a browser does. */
async function upload(as: string | null, files: { name?: string; content: Buffer }[]): Promise<Reply> {
  const form = new FormData();
  for (const { name = 'list.xlsx', content } of files) form.append('file', new Blob([new Uint8Array(content)]), name);
  const encoded = new Response(form);
  const { body } = await client.call<{ token: string }>('login', null, { username: as ?? HANDLER, password: testStack().password });
  const headers: Record<string, string> = { 'content-type': encoded.headers.get('content-type') ?? '' };
  if (as !== null) headers.authorization = `Bearer ${body.token}`;
  const response = await fetch(`${testStack().url}${PATH}`, { method: 'POST', headers, body: await encoded.arrayBuffer() });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
}

test('what is no workbook by its content is answered 415, whatever it is called', async () => {
  for (const content of [Buffer.from('档案编号,姓名'), Buffer.from('d0cf11e0a1b11ae1', 'hex'), zipStored(new Map([['a.txt', Buffer.from('x')]])), Buffer.alloc(0)]) {
    expectProblem(await upload(HANDLER, [{ content }]), 415, 'IMPORT_FILE_NOT_XLSX');
  }
  const json = await client.send({ method: 'POST', path: PATH, as: HANDLER, body: '{}', headers: { 'content-type': 'application/json' } });
  expectProblem(json, 415, 'UNSUPPORTED_MEDIA_TYPE');
});

test('more than 20 MB, and what unpacks without end are answered with a limit, and the API goes on', async () => {
  expectProblem(await upload(HANDLER, [{ content: Buffer.concat([Buffer.from('504b0304', 'hex'), randomBytes(21 * MB)]) }]), 413, 'BODY_TOO_LARGE');
  const good = await importList([givenHousehold('DA-1')]);
  expectProblem(await upload(HANDLER, [{ content: bomb() }]), 413, 'IMPORT_FILE_TOO_LARGE');
  const rows = Array.from({ length: 20_001 }, (_, index) => ({ 档案编号: `X-${index}`, 姓名: '某' }));
  expectProblem(await upload(HANDLER, [{ content: await importList(rows) }]), 413, 'IMPORT_FILE_TOO_MANY_ROWS');
  expect((await upload(HANDLER, [{ content: good }])).status).toBe(202);
  expect((await client.call('checkReady', null)).status).toBe(200);
});

test('two lists in one form are refused, and neither is taken', async () => {
  const content = await importList([givenHousehold('DA-1')]);
  const batches = async () => (await client.call<{ items: { id: string }[] }>('listFileImportBatches', HANDLER)).body.items[0]?.id;
  const before = await batches();
  expectProblem(await upload(HANDLER, [{ content }, { content }]), 400, 'INVALID_INPUT');
  expect(await batches()).toBe(before);
});

test('a list without a column, and one without lines, are told what is missing', async () => {
  expect(expectProblem(await upload(HANDLER, [{ content: await importList([]) }]), 422, 'IMPORT_FILE_EMPTY').detail).toContain('没有数据');
});

test('a list is for handlers to upload, and for their own union alone to see', async () => {
  const content = await importList([givenHousehold('DA-1')]);
  expectProblem(await upload(null, [{ content }]), 401, 'UNAUTHENTICATED');
  for (const user of ['wx-liangxi-e1.clerk', 'wx-liangxi.head', 'wx-liangxi.auditor']) expectProblem(await upload(user, [{ content }]), 403, 'FORBIDDEN');
  const { body } = await upload(HANDLER, [{ name: '困难职工.xlsx', content }]);
  expect(body).toMatchObject({ rows: 1, fileName: '困难职工.xlsx', uploadedBy: HANDLER });
  expect((await client.call('getFileImportBatch', 'wx-liangxi.head', { batchId: body.id })).status).toBe(200);
  for (const operation of ['getFileImportBatch', 'downloadFileImportResult']) {
    for (const stranger of ['wx.handler', 'wx-xishan.handler', 'bz-woyang.handler']) expectProblem(await client.call(operation, stranger, { batchId: body.id }), 404, 'NOT_FOUND');
    expectProblem(await client.call(operation, 'wx-liangxi.auditor', { batchId: body.id }), 403, 'FORBIDDEN');
    expectProblem(await client.call(operation, HANDLER, { batchId: 'none' }), 404, 'NOT_FOUND');
  }
  const listed = async (as: string) => (await client.call<{ items: { id: string }[] }>('listFileImportBatches', as)).body.items.map(({ id }) => id);
  expect(await listed(HANDLER)).toContain(body.id);
  expect(await listed('wx.handler')).not.toContain(body.id);
});

test('batches are listed page by page, the latest first', async () => {
  const user = 'wx-binhu.handler';
  const { client: imports } = await importsOf(user, testStack());
  const content = await importList([givenHousehold('DA-1', { 姓名: null })]);
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) ids.unshift((await imports.upload('x.xlsx', content)).id);
  const page = async (cursor?: string) => (await client.call<{ items: { id: string }[]; nextCursor: string | null }>('listFileImportBatches', user, { limit: 2, ...(cursor ? { cursor } : {}) })).body;
  const first = await page();
  const second = await page(first.nextCursor!);
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
  expect(second.nextCursor).toBeNull();
});

test('the template is a workbook, and is refused where its example was left in', async () => {
  const imports = await importsOf(HANDLER, testStack());
  const { lines } = await imports.run(await imports.client.template());
  expect(lines).toMatchObject([{ result: '未导入', reason: '这是模板中的示例行，请删除' }]);
});

/** A workbook of a few kilobytes with a sheet of 300 MB. */
function bomb(): Buffer {
  const packed = deflateRawSync(Buffer.alloc(300 * MB, ' '));
  const parts = { 'xl/workbook.xml': Buffer.from('<workbook/>'), 'xl/worksheets/sheet1.xml': packed };
  const archive = zipStored(new Map(Object.entries(parts)));
  for (let at = 0; at < archive.length - 46; at += 1) {
    const nameAt = archive.readUInt32LE(at) === 0x04034b50 ? at + 30 : archive.readUInt32LE(at) === 0x02014b50 ? at + 46 : 0;
    if (nameAt > 0 && archive.toString('utf8', nameAt, nameAt + 24) === 'xl/worksheets/sheet1.xml') archive.writeUInt16LE(8, nameAt === at + 30 ? at + 8 : at + 10);
  }
  return archive;
}
