import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** On every answer, also on those that no route gives. */
export const ALWAYS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Of the documentation page: its own scripts and styles, nothing inline, nothing from elsewhere, and requests to this service
 * alone. Its icons are data: pictures in its style sheet.
 */
export const DOCS_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";

export const DOCS = '/docs';
/** The document itself says nothing of anybody: a client may keep it and ask whether it is still the same. */
const OPENAPI = '/openapi.json';

const HSTS_SECONDS = 365 * 24 * 3_600;

/** What browsers are told about every answer: no framing, no guessing of types, no keeping. */
export async function sendSecurityHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] } },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // By the request: the header has no meaning over plain HTTP, and what a proxy speaks outside is known only then.
    strictTransportSecurity: false,
  });
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    if (request.protocol === 'https') void reply.header('strict-transport-security', `max-age=${HSTS_SECONDS}`);
    // Files of the documentation page say themselves how long they last.
    if (!request.url.startsWith(`${DOCS}/static/`)) void reply.header('cache-control', request.url === OPENAPI ? 'no-cache' : 'no-store');
    done();
  });
  // Where one is not there, or leads elsewhere, nothing has said so.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    done();
  });
}
