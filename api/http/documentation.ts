import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { withoutUnusedSchemas } from '../openapi';
import { problems } from '../operation';
import { DOCS, DOCS_POLICY } from './security-headers';

/** The OpenAPI document at `/openapi.json`, and the page that shows it at `/docs`. */
export async function serveDocumentation(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '闭环 Bihuan',
        version: '1',
        description: '困难职工帮扶闭环：申请、走访、初审、公示、审核、信息比对、集体审批、发放、动态管理。金额单位为分，日期为北京时间。使用会话 Cookie 时，除读取外的请求须带请求头 X-Bihuan: 1。',
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
    transform: (route) => jsonSchemaTransform({ ...route, schema: withHttpProblems(route.schema, route.route.method) }),
    transformObject: (document) => withoutUnusedSchemas(jsonSchemaTransformObject(document)),
  });
  await app.register(swaggerUi, {
    routePrefix: DOCS,
    staticCSP: DOCS_POLICY,
    uiConfig: {
      displayOperationId: true,
      persistAuthorization: true,
      docExpansion: 'list',
      // Runs in the browser, where its text is what counts: with the cookie of a session nothing is changed without this header.
      requestInterceptor: (request) => {
        (request.headers as Record<string, string>)['X-Bihuan'] = '1';
        return request;
      },
    },
    theme: { title: '闭环 Bihuan API', css: [{ filename: 'bihuan.css', content: '.swagger-ui .topbar { display: none }' }] },
  });
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect(DOCS));
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}

/** What any operation may answer for how it was asked, beside what it says itself. */
function withHttpProblems(schema: FastifySchema | undefined, method: string | readonly string[]): FastifySchema {
  if (schema?.operationId === undefined) return schema ?? {};
  const isRead = [method].flat().every((name) => name === 'GET' || name === 'HEAD');
  // 403 for a machine as well, whose token opens nothing but its scopes: not even what is open to everybody.
  const possible = { ...problems(400, 403, 408, 414, 415, 421, 429, 431), ...(isRead ? {} : problems(413)) };
  return { ...schema, response: { ...possible, ...(schema.response as object | undefined) } };
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
  { name: 'delegation', description: '委托：受托人在请求头 On-Behalf-Of 中写明委托人' },
  { name: 'relation', description: '回避' },
  { name: 'calculator', description: '试算，不影响任何案件' },
  { name: 'simulation', description: '模拟时钟' },
  { name: 'organisation', description: '工会组织' },
  { name: 'audit', description: '审计：谁看过、谁办过、谁被拒绝' },
  { name: 'health', description: '健康检查' },
];
