import type { FastifyRequest } from 'fastify';

/** Languages of sentences that a person reads. */
export type Language = 'zh' | 'en';

/** Chinese unless the caller asks for English first. */
export function languageOf(request: FastifyRequest): Language {
  return /^\s*en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh';
}
