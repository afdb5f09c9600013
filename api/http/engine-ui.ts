import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Where the engine's UI has payloads opened; it puts `/decode` behind the address that it is given. */
export const ENGINE_PAYLOADS = '/v1/engine-payloads';
const DECODE = `${ENGINE_PAYLOADS}/decode`;

const ALLOWED_FOR_SECONDS = '600';

/**
 * Lets pages of the engine's UI, and of no other origin, ask for payloads to be opened and read the answer, refusals included. The UI has an
 * origin of its own; a browser asks us first whether it may send what it sends there, and brings the session's cookie along.
 *
 * @param origin as browsers name it; undefined: no page of elsewhere may
 */
export function answerEngineUi(app: FastifyInstance, origin: string | undefined): void {
  app.addHook('onRequest', async (request, reply) => {
    if (pathOf(request) !== DECODE) return;
    void reply.header('vary', 'origin');
    if (origin === undefined || request.headers.origin !== origin) return;
    void reply.headers({ 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' });
    if (request.method !== 'OPTIONS') return;
    const allowed = { 'access-control-allow-methods': 'POST', 'access-control-allow-headers': 'content-type, x-namespace', 'access-control-max-age': ALLOWED_FOR_SECONDS };
    await reply.code(204).headers(allowed).send();
  });
}

/** Whether a request was made by a page of the engine's UI, for what it may ask. A browser lets no page say another origin than its own. */
export function isOfEngineUi(request: FastifyRequest, origin: string | undefined): boolean {
  return origin !== undefined && request.headers.origin === origin && request.method === 'POST' && pathOf(request) === DECODE;
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? '';
}
