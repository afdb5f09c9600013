import { STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ZodError } from 'zod';

/** Answers an RFC 9457 problem document. */
export function problem(reply: FastifyReply, status: number, code: string, detail: string, more: object = {}): FastifyReply {
  return reply
    .status(status)
    .type('application/problem+json')
    .send({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail, ...more });
}

/** Makes every error of the app a problem document: bad input with all its mistakes, and what nobody expected without its inner life. */
export function answerProblems(app: FastifyInstance): void {
  app.setNotFoundHandler((_, reply) => problem(reply, 404, 'NOT_FOUND', 'there is nothing at this address'));
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof ZodError) {
      const errors = error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
      return problem(reply, 400, 'INVALID_INPUT', 'the request does not have the shape of a transfer', { errors });
    }
    const status = statusOf(error);
    if (status < 500) return problem(reply, status, 'INVALID_INPUT', error instanceof Error ? error.message : 'bad request', { errors: [] });
    request.log.error(error);
    return problem(reply, 500, 'BANK_FAILURE', 'the bank could not do this; nothing was accepted, the same request may be sent again');
  });
}

/** Fastify gives its own errors (malformed JSON, a body too long) a status. */
function statusOf(error: unknown): number {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}
