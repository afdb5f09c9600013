import multipart from '@fastify/multipart';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { listBatches, type ImportBatch } from '../../store/file-import.store';
import { userOf } from '../authentication';
import { CursorInstant, decodeCursor, encodeCursor } from '../cursor';
import { notMultipart } from '../file-import-words';
import { importedCase } from '../new-cases';
import { scopeOf } from '../scope';
import { COMMAND_PROBLEMS, COMMON_PROBLEMS, CommandHeaders, problems, type Api, type Services } from '../operation';
import { FileImport } from '../schemas/application';
import { CaseSchema } from '../schemas/case';
import { Instant, ListQuery, PathId } from '../schemas/values';
import { uploadedFile } from '../uploaded-file';

const BatchSchema = z
  .object({
    id: z.string(),
    state: z.enum(['inProgress', 'finished']),
    fileName: z.string().nullable().meta({ description: '全部处理完 7 天后清除，此后为 null' }),
    uploadedBy: z.string(),
    uploadedAt: Instant,
    rows: z.int().meta({ description: '总行数（《家庭成员》表中无法对应到户的行也各计一行）' }),
    imported: z.int().meta({ description: '已导入' }),
    alreadyImported: z.int().meta({ description: '此前已导入，未重复导入' }),
    refused: z.int().meta({ description: '未导入，原因见结果文件' }),
    ignoredColumns: z.array(z.string()).meta({ description: '系统不读取的列' }),
  })
  .meta({ id: 'FileImportBatch' });

const BatchPath = z.object({ batchId: PathId });
const UploadSchema = z.object({ file: z.file().meta({ description: '按模板填写的 .xlsx 文件，不超过 20 MB、20000 户' }) });
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** Written as text with a format, as OpenAPI has it for bytes; what is sent is a buffer, which no serializer looks at. */
const Bytes = z.string().meta({ format: 'binary' }) as unknown as z.ZodType<Buffer>;
const WorkbookAnswer = { description: 'workbook', content: { [XLSX]: { schema: Bytes } } };

const FILE_BYTES_MAX = 20 * 1024 * 1024;
const FILE_NAME_MAX = 200;

/** Files that exist already, on paper or in another system: one, or a spreadsheet of many. */
export function fileImportRoutes(app: Api, services: Services): void {
  const { openings, reader } = services;
  app.post(
    '/v1/file-imports',
    {
      schema: {
        operationId: 'importFile',
        tags: ['file'],
        summary: '导入已有档案',
        headers: CommandHeaders.omit({ 'if-match': true }),
        body: FileImport,
        response: { 201: CaseSchema, ...COMMAND_PROBLEMS },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const asked = { user, idempotencyKey: request.headers['idempotency-key'] };
      const opened = await openings.open(importedCase(request.body, asked));
      request.openedCaseId = opened.caseId;
      request.audited.isRepeat = opened.isRepeat;
      return reply.code(201).send(await reader.viewAfter(opened.caseId, opened, user));
    },
  );

  batchRoutes(app, services);
  // A plugin of its own: no other operation takes multipart bodies.
  void app.register(async (scope) => {
    await scope.register(multipart, { limits: { files: 1, fields: 0, parts: 1, fileSize: FILE_BYTES_MAX, headerPairs: 50 } });
    uploadRoute(scope.withTypeProvider<ZodTypeProvider>(), services);
  });
}

function uploadRoute(app: Api, { imports }: Services): void {
  app.post(
    '/v1/file-imports/batches',
    {
      schema: {
        operationId: 'uploadFileImport',
        tags: ['file'],
        summary: '上传批量导入表',
        description: '逐行检查并在后台导入；同一文件可以重复上传，已导入的行不会重复导入。',
        consumes: ['multipart/form-data'],
        body: UploadSchema,
        response: { 202: BatchSchema, ...COMMON_PROBLEMS, ...problems(413, 415, 422, 503) },
      },
      // The body is a stream here, which the parser of its own limits and the reader of workbooks look at.
      validatorCompiler: () => (data: unknown) => ({ value: data }),
    },
    async (request, reply) => {
      if (!request.isMultipart()) throw notMultipart();
      const uploaded = await uploadedFile(request);
      if (!uploaded) throw notMultipart();
      const batch = await imports.upload(userOf(request), nameOf(uploaded.part.filename), uploaded.file);
      return reply.code(202).send(viewOf(batch));
    },
  );
}

function batchRoutes(app: Api, { records, keys, imports }: Services): void {
  app.get(
    '/v1/file-imports/template.xlsx',
    { schema: { operationId: 'downloadImportTemplate', tags: ['file'], summary: '下载批量导入模板', response: { 200: WorkbookAnswer, ...COMMON_PROBLEMS } } },
    async (_request, reply) => reply.headers(attachment('困难职工批量导入模板.xlsx')).send(await imports.getTemplate()),
  );

  app.get(
    '/v1/file-imports/batches',
    {
      schema: {
        operationId: 'listFileImportBatches',
        tags: ['file'],
        summary: '批量导入列表',
        querystring: z.object(ListQuery),
        response: { 200: z.object({ items: z.array(BatchSchema), nextCursor: z.string().nullable() }), ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const before = decodeCursor(cursor, z.object({ createdAt: CursorInstant, id: z.uuid() }));
      const user = userOf(request);
      const batches = await listBatches(records.of(scopeOf(user)), keys, user.orgId, { before, limit: limit + 1 });
      const page = batches.slice(0, limit);
      const last = page.at(-1);
      return { items: page.map(viewOf), nextCursor: batches.length > limit && last ? encodeCursor({ createdAt: last.createdAt.toISOString(), id: last.id }) : null };
    },
  );

  app.get(
    '/v1/file-imports/batches/:batchId',
    { schema: { operationId: 'getFileImportBatch', tags: ['file'], summary: '批量导入进度', params: BatchPath, response: { 200: BatchSchema, ...COMMON_PROBLEMS } } },
    async (request) => viewOf(await imports.get(request.params.batchId, userOf(request))),
  );

  app.get(
    '/v1/file-imports/batches/:batchId/result.xlsx',
    {
      schema: {
        operationId: 'downloadFileImportResult',
        tags: ['file'],
        summary: '下载批量导入结果',
        description: '每行的结果、原因和案件编号。未导入的行为经办人保留 7 天，可直接改正后再次上传；之后以及对其他角色只有行号、结果和原因。',
        params: BatchPath,
        response: { 200: WorkbookAnswer, ...COMMON_PROBLEMS, ...problems(503) },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const batch = await imports.get(request.params.batchId, user);
      return reply.headers(attachment('导入结果.xlsx')).send(await imports.resultFile(batch, user));
    },
  );
}

function viewOf({ id, fileName, uploadedBy, createdAt, rows, imported, alreadyImported, refused, headers }: ImportBatch): z.infer<typeof BatchSchema> {
  const state = imported + alreadyImported + refused === rows ? 'finished' : 'inProgress';
  return { id, state, fileName, uploadedBy, uploadedAt: createdAt.toISOString(), rows, imported, alreadyImported, refused, ignoredColumns: headers.ignoredHeaders };
}

/** Personal data: no cache keeps it. */
function attachment(name: string) {
  return { 'content-type': XLSX, 'content-disposition': `attachment; filename="import.xlsx"; filename*=UTF-8''${encodeURIComponent(name)}`, 'cache-control': 'no-store' };
}

function nameOf(fileName: string): string {
  return fileName.replaceAll(/[\p{Cc}]/gu, '').toWellFormed().slice(0, FILE_NAME_MAX) || 'import.xlsx';
}
