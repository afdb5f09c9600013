import { z } from 'zod';
import { SESSION_COOKIE, signIn, signOut, userOf } from '../authentication';
import { HttpProblem } from '../problem';
import { problems, type Api, type Services } from '../operation';
import type { User } from '../../store/user.store';

const UserSchema = z.object({ name: z.string(), orgId: z.string(), orgName: z.string(), roles: z.array(z.string()) }).meta({ id: 'User' });

/** Signing in and out, and who one is. */
export function sessionRoutes(app: Api, { pool, tables }: Services): void {
  const view = (user: User) => ({ name: user.id, orgId: user.orgId, orgName: tables.organisations.get(user.orgId)?.name ?? '', roles: user.roles });

  app.post(
    '/v1/session',
    {
      schema: {
        operationId: 'login',
        tags: ['session'],
        summary: '登录',
        security: [],
        body: z.object({ username: z.string().trim().min(1).max(100), password: z.string().min(1).max(200) }),
        response: { 200: z.object({ token: z.string(), user: UserSchema }), ...problems(400, 401) },
      },
    },
    async (request, reply) => {
      const session = await signIn(pool, request.body.username, request.body.password);
      if (!session) {
        throw new HttpProblem(401, 'UNAUTHENTICATED', {
          zh: { title: '登录失败', detail: '用户名或密码不正确。' },
          en: { title: 'Sign-in failed', detail: 'User name and password do not fit together.' },
        });
      }
      request.audited.actor = session.user;
      void reply.setCookie(SESSION_COOKIE, session.token, { path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' });
      return { token: session.token, user: view(session.user) };
    },
  );

  app.delete(
    '/v1/session',
    { schema: { operationId: 'logout', tags: ['session'], summary: '退出登录', response: { 204: z.null(), ...problems(401) } } },
    async (request, reply) => {
      await signOut(pool, request);
      void reply.clearCookie(SESSION_COOKIE, { path: '/' });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/v1/session',
    { schema: { operationId: 'whoAmI', tags: ['session'], summary: '当前用户', response: { 200: UserSchema, ...problems(401) } } },
    (request) => view(userOf(request)),
  );
}
