import { z } from 'zod';
import { problems, type Api, type Services } from '../operation';
import { notFound } from '../problem';
import { ATTEMPT_MINUTES } from '../sign-in/oidc-sign-in';
import { OIDC_CALLBACK_PATH } from '../sign-in/sign-in';

/** Signing in through the union's identity provider. Both are visited by a browser, not called by a programme. */
export function oidcRoutes(app: Api, { signIn: { oidc, sessions } }: Services): void {
  app.get(
    '/v1/session/oidc',
    {
      schema: {
        operationId: 'startOidcSignIn',
        tags: ['session'],
        summary: '统一身份登录：前往',
        security: [],
        response: { 302: z.null().meta({ description: 'to the identity provider' }), ...problems(404, 503) },
      },
    },
    async (request, reply) => {
      if (!oidc) throw notFound();
      const { url, browserSecret } = await oidc.start((details, message) => request.log.warn(details, message));
      // Lax: the way back comes from another site.
      const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure: sessions.isSecure(request), maxAge: ATTEMPT_MINUTES * 60 } as const;
      return reply.setCookie(sessions.cookieName(request, 'oidc'), browserSecret, cookie).header('cache-control', 'no-store').redirect(url, 302);
    },
  );

  app.get(
    OIDC_CALLBACK_PATH,
    {
      schema: {
        operationId: 'finishOidcSignIn',
        tags: ['session'],
        summary: '统一身份登录：返回',
        security: [],
        response: { 303: z.null().meta({ description: 'signed in, with the session cookie' }), ...problems(401, 404, 503) },
      },
    },
    async (request, reply) => {
      if (!oidc) throw notFound();
      const name = sessions.cookieName(request, 'oidc');
      const search = request.url.slice((request.url + '?').indexOf('?'));
      const { token } = await oidc.finish({
        search,
        browserSecret: request.cookies[name],
        address: request.ip,
        warn: (details, message) => request.log.warn(details, message),
      });
      void reply.clearCookie(name, { path: '/' });
      request.audited.actor = (await sessions.find(token))?.user;
      sessions.giveCookie(request, reply, token);
      return reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').redirect(oidc.returnPath, 303);
    },
  );
}
