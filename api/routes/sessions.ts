import { z } from 'zod';
import { sessionOf, userOf } from '../authentication';
import { isUuid } from '../case-id';
import { COMMON_PROBLEMS, problems, type Api, type Services } from '../operation';
import { notFound } from '../problem';
import { answerSession } from '../session-answer';
import { SessionAnswer, SessionSchema, UserName, UserSchema, viewOfUser } from '../schemas/sign-in';
import { PathId } from '../schemas/values';
import { appendAuthEvent, type AuthEventType } from '../../store/auth-event.store';
import { transaction } from '../../store/db';
import { deleteSession, endSessions, listSessions } from '../../store/session.store';
import { addressPrefix } from '../sign-in/address';

const Password = z.string().min(1).max(200);

/** Signing in and out, who one is, one's own password and sessions. */
export function sessionRoutes(app: Api, services: Services): void {
  const { pool, tables } = services;
  const { sessions, passwords } = services.signIn;

  app.post(
    '/v1/session',
    {
      schema: {
        operationId: 'login',
        tags: ['session'],
        summary: '登录',
        description: 'Who has an authenticator sends its code along; without it the answer is 401 SECOND_FACTOR_REQUIRED once the password is right.',
        security: [],
        body: z.object({ username: UserName, password: Password, code: z.string().trim().min(6).max(40).optional().meta({ description: 'six digits, or a recovery code' }) }),
        response: { 200: SessionAnswer, ...problems(400, 401, 429) },
      },
    },
    async (request, reply) => {
      const { token } = await passwords.signIn(request.body, request.ip);
      return answerSession(services, request, reply, token);
    },
  );

  const note = (type: AuthEventType, userId: string, address: string) => ({ type, userId, actor: userId, addressPrefix: addressPrefix(address) });

  app.delete(
    '/v1/session',
    { schema: { operationId: 'logout', tags: ['session'], summary: '退出登录', response: { 204: z.null(), ...problems(401, 403) } } },
    async (request, reply) => {
      const user = userOf(request);
      await deleteSession(pool, user.id, sessionOf(request).id);
      await appendAuthEvent(pool, note('signedOut', user.id, request.ip));
      sessions.takeCookie(request, reply);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/v1/session',
    { schema: { operationId: 'whoAmI', tags: ['session'], summary: '当前用户', response: { 200: UserSchema, ...problems(401) } } },
    (request) => viewOfUser(userOf(request), tables, request.session ?? undefined),
  );

  app.post(
    '/v1/session/password',
    {
      schema: {
        operationId: 'changePassword',
        tags: ['session'],
        summary: '修改密码',
        description: 'Ends all sessions; this one goes on under the token of the answer.',
        body: z.object({ currentPassword: Password, newPassword: z.string().min(1).max(1000) }),
        response: { 200: SessionAnswer, ...COMMON_PROBLEMS, ...problems(409, 422, 429) },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const { currentPassword: current, newPassword: wanted } = request.body;
      const orgName = tables.organisations.get(user.orgId)?.name ?? '';
      const opened = await passwords.changePassword({ user, session: sessionOf(request), orgName }, { current, wanted }, request.ip);
      return answerSession(services, request, reply, opened.token);
    },
  );

  app.get(
    '/v1/sessions',
    { schema: { operationId: 'listSessions', tags: ['session'], summary: '我的登录', response: { 200: z.object({ items: z.array(SessionSchema) }), ...COMMON_PROBLEMS } } },
    async (request) => {
      const { id: current } = sessionOf(request);
      const items = await listSessions(pool, userOf(request).id, sessions.idleMinutes);
      return {
        items: items.map(({ createdAt, lastSeenAt, expiresAt, ...session }) => ({
          ...session,
          createdAt: createdAt.toISOString(),
          lastSeenAt: lastSeenAt.toISOString(),
          expiresAt: expiresAt.toISOString(),
          isCurrent: session.id === current,
        })),
      };
    },
  );

  app.delete(
    '/v1/sessions/:sessionId',
    {
      schema: {
        operationId: 'endSession',
        tags: ['session'],
        summary: '结束我的一个登录',
        params: z.object({ sessionId: PathId }),
        response: { 204: z.null(), ...COMMON_PROBLEMS },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const { sessionId } = request.params;
      if (!isUuid(sessionId) || !(await deleteSession(pool, user.id, sessionId))) throw notFound();
      await appendAuthEvent(pool, note('sessionEnded', user.id, request.ip));
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/v1/sessions',
    { schema: { operationId: 'signOutEverywhere', tags: ['session'], summary: '结束我的所有登录', response: { 204: z.null(), ...COMMON_PROBLEMS } } },
    async (request, reply) => {
      const user = userOf(request);
      sessionOf(request); // a machine has none
      await transaction(pool, async (db) => {
        await endSessions(db, user.id);
        await appendAuthEvent(db, note('signedOutEverywhere', user.id, request.ip));
      });
      sessions.takeCookie(request, reply);
      return reply.code(204).send(null);
    },
  );
}
