import multipart from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { CONTENT_TYPES } from '../../documents/content';
import { MATERIAL_KINDS } from '../../domain/materials';
import { DOCUMENT_STATES, type StoredDocument } from '../../store/document.store';
import { sessionOf, userOf } from '../authentication';
import { notOneFile } from '../document-problems';
import { COMMON_PROBLEMS, problems, type Api, type Services } from '../operation';
import { invalidInput } from '../problem';
import { both } from '../schema-messages';
import { CasePath, Instant, PathId } from '../schemas/values';
import { uploadedFile } from '../uploaded-file';

const FILE_BYTES_MAX = 10 * 1024 * 1024;

const DocumentSchema = z
  .object({
    id: z.string(),
    kind: z.enum(MATERIAL_KINDS),
    state: z.enum(DOCUMENT_STATES).meta({ description: 'clean: 可引用、可下载；received、scanning、quarantined: 尚未通过安全检查；infected、failed: 未通过' }),
    contentType: z.enum(CONTENT_TYPES),
    sizeBytes: z.int(),
    uploadedBy: z.string(),
    uploadedAt: Instant,
  })
  .meta({ id: 'Document' });

const DocumentPath = CasePath.extend({ documentId: PathId });
const UploadSchema = z.object({ kind: z.enum(MATERIAL_KINDS), file: z.file().meta({ description: 'JPEG、PNG、WebP 或 PDF，不超过 10 MB' }) });
const LinkSchema = z.object({ url: z.string().meta({ description: '一分钟内、仅限本次登录有效' }), expiresAt: Instant }).meta({ id: 'DownloadLink' });
/** Written as text with a format, as OpenAPI has it for bytes; what is sent is a buffer, which no serializer looks at. */
const Bytes = z.string().meta({ format: 'binary' }) as unknown as z.ZodType<Buffer>;
const FileAnswer = { description: 'file', content: Object.fromEntries(CONTENT_TYPES.map((type) => [type, { schema: Bytes }])) as Record<(typeof CONTENT_TYPES)[number], { schema: z.ZodType<Buffer> }> };

/** 申请资料 as files: taken in, listed, given out. */
export function documentRoutes(app: Api, services: Services): void {
  // A plugin of its own: no other operation takes multipart bodies.
  void app.register(async (scope) => {
    await scope.register(multipart, { limits: { files: 1, fields: 1, parts: 2, fieldNameSize: 20, fieldSize: 100, fileSize: FILE_BYTES_MAX, headerPairs: 20 } });
    uploadRoute(scope.withTypeProvider<ZodTypeProvider>(), services);
  });
  readingRoutes(app, services);
}

type Parts = Parameters<typeof validatorCompiler>[0];

function uploadRoute(app: Api, services: Services): void {
  app.post(
    '/v1/cases/:caseId/documents',
    {
      schema: {
        operationId: 'uploadDocument',
        tags: ['intake'],
        summary: '上传资料',
        description: '按内容判断类型。图片会重新编码，不保留拍摄地点等信息；含脚本、附件或加密的 PDF 不予接受。',
        consumes: ['multipart/form-data'],
        params: CasePath,
        body: UploadSchema,
        response: { 201: DocumentSchema, ...COMMON_PROBLEMS, ...problems(409, 413, 415, 422, 503) },
      },
      // The body is a stream here, which the parser of its own limits and the judge of contents look at.
      validatorCompiler: (route) => (route.httpPart === 'body' ? (data: unknown) => ({ value: data }) : validatorCompiler(route as unknown as Parts)),
    },
    async (request, reply) => {
      const { documents } = services;
      if (!request.isMultipart()) throw notOneFile();
      return reply.code(201).send(viewOf(await documents.takeIn(request.params.caseId, userOf(request), () => formOf(request))));
    },
  );
}

async function formOf(request: FastifyRequest): Promise<{ kind: string; file: Buffer }> {
  const uploaded = await uploadedFile(request);
  if (!uploaded) throw notOneFile();
  const { part, file } = uploaded;
  const field = part.fields.kind;
  const kind = MATERIAL_KINDS.find((known) => !Array.isArray(field) && field?.type === 'field' && field.value === known);
  if (kind === undefined) throw invalidInput([{ path: 'body.kind', message: both('应为资料种类', 'must be a kind of material') }]);
  return { kind, file };
}

function readingRoutes(app: Api, services: Services): void {
  app.get(
    '/v1/cases/:caseId/documents',
    {
      schema: { operationId: 'listDocuments', tags: ['case'], summary: '资料列表', params: CasePath, response: { 200: z.object({ items: z.array(DocumentSchema) }), ...COMMON_PROBLEMS, ...problems(503) } },
    },
    async (request) => ({ items: (await services.documents.list(request.params.caseId, userOf(request))).map(viewOf) }),
  );

  app.post(
    '/v1/cases/:caseId/documents/:documentId/links',
    {
      schema: {
        operationId: 'createDownloadLink',
        tags: ['case'],
        summary: '取得下载链接',
        params: DocumentPath,
        body: z.object({}),
        response: { 201: LinkSchema, ...COMMON_PROBLEMS, ...problems(409, 503) },
      },
    },
    async (request, reply) => {
      const { caseId, documentId } = request.params;
      const { document, token, expiresAt } = await services.documents.link(caseId, documentId, userOf(request), sessionOf(request).id);
      note(request, document);
      return reply.code(201).send({ url: `/v1/downloads/${token}`, expiresAt: expiresAt.toISOString() });
    },
  );

  app.get(
    '/v1/downloads/:token',
    {
      schema: {
        operationId: 'downloadDocument',
        tags: ['case'],
        summary: '下载资料',
        params: z.object({ token: z.string().max(100) }),
        response: { 200: FileAnswer, ...COMMON_PROBLEMS, ...problems(503) },
      },
    },
    async (request, reply) => {
      const { document, bytes } = await services.documents.download(request.params.token, userOf(request), sessionOf(request).id);
      note(request, document);
      const extension = document.contentType.split('/')[1] ?? '';
      return reply
        .headers({
          'content-type': document.contentType,
          'content-disposition': `attachment; filename="${document.kind}-${document.id.slice(0, 8)}.${extension}"`,
          'cache-control': 'no-store',
          // Whatever a viewer makes of it, it may load and run nothing.
          'content-security-policy': "default-src 'none'; sandbox",
        })
        .send(bytes);
    },
  );
}

/** For the audit: neither the address of a download nor its content says whose it is. */
function note({ audited }: FastifyRequest, { id, caseId, kind }: StoredDocument): void {
  audited.caseIds = [caseId];
  audited.details = { documentId: id, kind };
}

function viewOf({ id, kind, state, contentType, sizeBytes, uploadedBy, uploadedAt }: StoredDocument): z.infer<typeof DocumentSchema> {
  return { id, kind: kind as (typeof MATERIAL_KINDS)[number], state, contentType: contentType as (typeof CONTENT_TYPES)[number], sizeBytes, uploadedBy, uploadedAt: uploadedAt.toISOString() };
}
