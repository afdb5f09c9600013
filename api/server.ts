import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject, serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { keepAudit } from './audit-trail';
import { guardOperations } from './authentication';
import type { Api, Services } from './operation';
import { withoutUnusedSchemas } from './openapi';
import { answerFrameworkError, answerProblems } from './problem';
import { loggerOptions, tellRequests, type FinishedRequest } from './request-log';
import { aidRoutes } from './routes/aid';
import { auditRoutes } from './routes/audit';
import { calculatorRoutes } from './routes/calculators';
import { caseRoutes } from './routes/cases';
import { disbursementRoutes } from './routes/disbursements';
import { exitRoutes } from './routes/exits';
import { fileImportRoutes } from './routes/file-imports';
import { healthRoutes } from './routes/health';
import { intakeRoutes } from './routes/intake';
import { noticeRoutes } from './routes/notices';
import { organisationRoutes } from './routes/organisations';
import { recheckRoutes } from './routes/rechecks';
import { returnRoutes } from './routes/returns';
import { reviewRoutes } from './routes/review';
import { sessionRoutes } from './routes/sessions';
import { simulationRoutes } from './routes/simulation';
import { taskRoutes } from './routes/tasks';
import { speakBothLanguages } from './schema-messages';
import { guardTexts } from './text-guard';

/** Larger than any application with its thirty members, far smaller than what would hurt. */
const BODY_BYTES_MAX = 256 * 1024;
const REQUEST_WITHIN_MS = 30_000;

/**
 * The HTTP API: the one app of production and tests. Listening and closing is the caller's.
 *
 * @param logLevel of the request log; it carries ids and codes, never bodies or parameters
 * @param onFinished told of each request that was answered
 */
export async function buildServer(services: Services, logLevel: string, onFinished: (finished: FinishedRequest) => void = () => undefined): Promise<Api> {
  speakBothLanguages();
  const app = Fastify({
    logger: loggerOptions(logLevel),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_WITHIN_MS,
    forceCloseConnections: 'idle',
    // A longer id is unknown like any other; only a path beyond all measure is refused before it reaches a route.
    routerOptions: { maxParamLength: 2_000 },
    frameworkErrors: answerFrameworkError,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  acceptEmptyBodies(app);
  guardTexts(app);
  answerProblems(app);
  tellRequests(app, onFinished);
  await app.register(cookie);
  // After the cookies: what is held back must not send them any more.
  keepAudit(app, services.pool, services.audit);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '闭环 Bihuan',
        version: '1',
        description: '困难职工帮扶闭环：申请、走访、初审、公示、审核、信息比对、集体审批、发放、动态管理。金额单位为分，日期为北京时间。',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'bihuan_session' },
        },
      },
      security: [{ bearer: [] }, { cookie: [] }],
      tags: TAGS,
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withoutUnusedSchemas(jsonSchemaTransformObject(document)),
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { displayOperationId: true, persistAuthorization: true, docExpansion: 'list' },
    theme: { title: '闭环 Bihuan API', css: [{ filename: 'bihuan.css', content: '.swagger-ui .topbar { display: none }' }] },
  });
  guardOperations(app, services.pool);
  const api = app.withTypeProvider<ZodTypeProvider>() as Api;
  // In a plugin of their own, so that the OpenAPI document is there to see them come.
  await api.register((routes, _options, done) => {
    for (const register of ROUTES) register(routes, services);
    done();
  });
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs'));
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.ready();
  return api;
}

/** Groups of the documentation, in the order of the work. */
const TAGS = [
  { name: 'session', description: '登录' },
  { name: 'intake', description: '申请、受理、走访' },
  { name: 'review', description: '初审、审核、信息比对' },
  { name: 'notice', description: '公示与异议' },
  { name: 'aid', description: '帮扶方案与集体审批' },
  { name: 'money', description: '资金发放' },
  { name: 'file', description: '档案动态管理、导入' },
  { name: 'exit', description: '退出与渐退期' },
  { name: 'return', description: '返困' },
  { name: 'case', description: '案件查询' },
  { name: 'task', description: '待办' },
  { name: 'calculator', description: '试算，不影响任何案件' },
  { name: 'simulation', description: '模拟时钟' },
  { name: 'organisation', description: '工会组织' },
  { name: 'audit', description: '审计：谁看过、谁办过、谁被拒绝' },
  { name: 'health', description: '健康检查' },
];

const ROUTES: ((app: Api, services: Services) => void)[] = [
  sessionRoutes,
  intakeRoutes,
  reviewRoutes,
  noticeRoutes,
  aidRoutes,
  disbursementRoutes,
  recheckRoutes,
  exitRoutes,
  returnRoutes,
  fileImportRoutes,
  caseRoutes,
  taskRoutes,
  calculatorRoutes,
  simulationRoutes,
  organisationRoutes,
  auditRoutes,
  healthRoutes,
];

/**
 * A command without words may come without a body, or with `content-type: application/json` and nothing behind it; its
 * schema then sees an empty object. Any other content type is refused, plain text included.
 */
function acceptEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body as string, done);
  });
  app.removeContentTypeParser('text/plain');
  app.addHook('preValidation', (request, _reply, done) => {
    request.body ??= request.method === 'GET' ? undefined : {};
    done();
  });
}
