import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Refusal } from '../domain/refusal';
import { KeyDestroyed } from '../security/data-keys';
import { SealBroken } from '../security/envelope';
import { KeyServiceAway } from '../security/key-provider';
import { isRecordAway } from '../store/db';
import { EngineAway } from './engine';
import { ALWAYS } from './http/security-headers';
import { languageOf, type Language } from './language';
import { sentenceOf } from './refusal-sentences';
import { statusOf } from './refusal-status';
import { inLanguage } from './schema-messages';

/** RFC 9457 problem document with a stable `code`; further fields by code. */
export const ProblemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'application/problem+json (RFC 9457)' });

/** Something the caller did cannot be done, for a reason that is no rule of the domain. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly words: Record<Language, { title: string; detail: string }>,
    readonly fields: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(code);
  }
}

/** A rule said no. */
export class RefusedByRule extends Error {
  override readonly name = 'RefusedByRule';

  constructor(readonly refusals: readonly [Refusal, ...Refusal[]]) {
    super(refusals[0].code);
  }
}

export const notFound = () =>
  new HttpProblem(404, 'NOT_FOUND', {
    zh: { title: '未找到', detail: '没有这个对象，或您无权查看。' },
    en: { title: 'Not found', detail: 'There is no such thing, or it is not yours to see.' },
  });

export const forbidden = () =>
  new HttpProblem(403, 'FORBIDDEN', {
    zh: { title: '无权执行此操作', detail: '您的角色不能执行此操作。' },
    en: { title: 'Not yours to do', detail: 'Your role may not do this.' },
  });

/** Nobody acts on the case of the own household or of a relative (回避). */
export const recused = () =>
  new HttpProblem(403, 'RECUSED', {
    zh: { title: '应当回避', detail: '您与该案件当事人有利害关系，应当回避，不能查看或办理。' },
    en: { title: 'You are recused', detail: 'The case is that of your own household or of somebody near to you, so you neither see it nor act on it.' },
  });

export const unauthenticated = () =>
  new HttpProblem(
    401,
    'UNAUTHENTICATED',
    {
      zh: { title: '请先登录', detail: '未登录，或登录已失效。' },
      en: { title: 'Sign in first', detail: 'Not signed in, or the session has ended.' },
    },
    {},
    { 'www-authenticate': 'Bearer' },
  );

/** The key of the case was destroyed: what is left of it are coded facts. */
const destroyed = () =>
  new HttpProblem(410, 'PERSONAL_DATA_DESTROYED', {
    zh: { title: '个人信息已销毁', detail: '该案件的个人信息已按保存期限销毁，无法再查看或办理。' },
    en: { title: 'Personal data destroyed', detail: 'The personal data of this case was destroyed when its retention had ended; it can no longer be read or worked on.' },
  });

/** The engine, the record or the keeper of its keys did not answer in time. A retry with the same key is safe. */
export const engineUnavailable = () =>
  new HttpProblem(
    503,
    'ENGINE_UNAVAILABLE',
    {
      zh: { title: '系统暂时不可用', detail: '请稍后用同一个 Idempotency-Key 重试，不会重复办理。' },
      en: { title: 'Temporarily unavailable', detail: 'Try again shortly with the same Idempotency-Key; nothing will be done twice.' },
    },
    {},
    { 'retry-after': '2' },
  );

export interface InputMistake {
  path: string;
  message: string;
}

/** Input that is wrong in a way that no schema can say; all mistakes at once. */
export const invalidInput = (errors: InputMistake[]) =>
  new HttpProblem(
    400,
    'INVALID_INPUT',
    {
      zh: { title: '输入有误', detail: '请按 errors 逐项修改。' },
      en: { title: 'Invalid input', detail: 'See errors for every mistake.' },
    },
    { errors },
  );

/** Answers every error as a problem document; what is our own fault is logged and never shown. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof HttpProblem) return send(request, reply, error);
    if (error instanceof RefusedByRule) return send(request, reply, ofRefusals(error.refusals));
    if (hasZodFastifySchemaValidationErrors(error)) {
      const errors = error.validation.map(({ instancePath, message }) => ({
        path: [error.validationContext, instancePath.replace(/^\//, '').replaceAll('/', '.')].filter(Boolean).join('.'),
        message: message ?? '',
      }));
      return send(request, reply, invalidInput(errors));
    }
    if (error instanceof EngineAway || isRecordAway(error) || error instanceof KeyServiceAway) {
      request.log.warn({ err: error }, 'the engine, the record or the keeper of its keys did not answer');
      return send(request, reply, engineUnavailable());
    }
    if (error instanceof KeyDestroyed) return send(request, reply, destroyed());
    const status = error.statusCode ?? 500;
    if (status < 500) return send(request, reply, ofFramework(status, error));
    // Ids only: bodies and parameters may hold personal data.
    const broken = error instanceof SealBroken ? { caseId: error.ownerId, ...error.place } : {};
    request.log.error({ err: error, ...broken, serialization: isResponseSerializationError(error) }, 'a request failed');
    return send(request, reply, internalError());
  });
  app.setNotFoundHandler((request, reply) => send(request, reply, notFound()));
}

/** Answers what fails before any route is found, such as a path that is no URL. */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  // No hook runs for it.
  void send(request, reply.headers(ALWAYS), ofFramework(error.statusCode ?? 400, error));
}

function ofRefusals(refusals: readonly [Refusal, ...Refusal[]]): HttpProblem {
  const [first, ...others] = refusals;
  const words = { zh: sentenceOf(first, 'zh'), en: sentenceOf(first, 'en') };
  const { code, ...fields } = first;
  return new HttpProblem(statusOf(code), code, words, others.length > 0 ? { ...fields, also: others } : fields);
}

function ofFramework(status: number, error: FastifyError): HttpProblem {
  if (status === 413) {
    return new HttpProblem(413, 'BODY_TOO_LARGE', {
      zh: { title: '请求内容过大', detail: '请缩减内容后重试。' },
      en: { title: 'Body too large', detail: 'Send less.' },
    });
  }
  if (status === 415) {
    return new HttpProblem(415, 'UNSUPPORTED_MEDIA_TYPE', {
      zh: { title: '不支持的内容类型', detail: '请使用 application/json。' },
      en: { title: 'Unsupported media type', detail: 'Send application/json.' },
    });
  }
  if (status === 404 || status === 414) return notFound();
  return invalidInput([{ path: error.code === 'FST_ERR_BAD_URL' ? 'path' : 'body', message: error.message }]);
}

const internalError = () =>
  new HttpProblem(500, 'INTERNAL_ERROR', {
    zh: { title: '系统错误', detail: '操作未完成，请联系管理员。' },
    en: { title: 'Internal error', detail: 'It was not done. Tell the operators.' },
  });

function send(request: FastifyRequest, reply: FastifyReply, problem: HttpProblem): FastifyReply {
  return reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(problemDocument(request, problem));
}

export const PROBLEM_TYPE = 'application/problem+json';

/** A problem in the caller's language; the request is marked with its code. */
export function problemDocument(request: FastifyRequest, problem: HttpProblem): Record<string, unknown> {
  const { title, detail } = problem.words[languageOf(request)];
  request.problemCode = problem.code;
  const { errors } = problem.fields as { errors?: InputMistake[] };
  const fields = errors ? { ...problem.fields, errors: errors.map(({ path, message }) => ({ path, message: inLanguage(message, languageOf(request)) })) } : problem.fields;
  return { type: `urn:bihuan:problem:${problem.code}`, title, status: problem.status, code: problem.code, detail, ...fields };
}
