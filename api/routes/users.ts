import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ROLES } from '../../domain/case-facts';
import type { Account } from '../../store/user-administration.store';
import { userOf } from '../authentication';
import { decodeCursor, encodeCursor } from '../cursor';
import { COMMON_PROBLEMS, problems, type Api, type Services } from '../operation';
import { both } from '../schema-messages';
import { NewUserName, UserName } from '../schemas/sign-in';
import { ListQuery, OrgId } from '../schemas/values';

const AccountSchema = z
  .object({
    name: z.string(),
    orgId: z.string(),
    orgName: z.string(),
    roles: z.array(z.enum(ROLES)),
    isDemo: z.boolean(),
    isDisabled: z.boolean(),
    mustChangePassword: z.boolean(),
    hasSecondFactor: z.boolean(),
    oidcSubject: z.string().nullable(),
    createdAt: z.string(),
    lastSignInAt: z.string().nullable(),
  })
  .meta({ id: 'UserAccount' });

const AccountPath = z.object({ userName: UserName });
const Roles = z
  .array(z.enum(ROLES))
  .min(1)
  .max(ROLES.length)
  .refine((roles) => new Set(roles).size === roles.length, both('角色重复', 'a role stands there twice'));
const Subject = z.string().min(1).max(255);
const FirstPassword = z.string().meta({ description: 'shown this once; to be changed at the first sign-in' });
const CHANGE_PROBLEMS = { ...COMMON_PROBLEMS, ...problems(409, 422) };

/** Users of one's own organisation and below, for administrators: accounts, and nothing of cases. */
export function userRoutes(app: Api, { tables, signIn: { users } }: Services): void {
  const view = ({ id, createdAt, lastSignInAt, ...account }: Account) => ({
    ...account,
    name: id,
    orgName: tables.organisations.get(account.orgId)?.name ?? '',
    createdAt: createdAt.toISOString(),
    lastSignInAt: lastSignInAt?.toISOString() ?? null,
  });
  const asker = (request: FastifyRequest) => ({ user: userOf(request), address: request.ip });
  /** The account as it is now. In the audit stands whose it is: who was given which roles by whom is what auditors look for. */
  const changed = (request: FastifyRequest, account: Account) => {
    const { id, orgId, roles } = account;
    request.audited.details = { userName: id, orgId, roles };
    return view(account);
  };

  app.get(
    '/v1/users',
    {
      schema: {
        operationId: 'listUsers',
        tags: ['user'],
        summary: '本级及下级用户',
        querystring: z.object({ ...ListQuery, orgId: OrgId.optional() }),
        response: { 200: z.object({ items: z.array(AccountSchema), nextCursor: z.string().nullable() }), ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const { limit, cursor, orgId } = request.query;
      const after = decodeCursor(cursor, z.object({ name: z.string().max(100) }))?.name;
      const accounts = await users.list(asker(request), { orgId, after, limit: limit + 1 });
      const page = accounts.slice(0, limit);
      const last = page.at(-1);
      return { items: page.map(view), nextCursor: accounts.length > limit && last ? encodeCursor({ name: last.id }) : null };
    },
  );

  app.post(
    '/v1/users',
    {
      schema: {
        operationId: 'createUser',
        tags: ['user'],
        summary: '新增用户',
        description: 'With the subject of the identity provider the user has no password; without it a first one is made.',
        body: z.object({ name: NewUserName, orgId: OrgId, roles: Roles, oidcSubject: Subject.optional() }),
        response: { 201: z.object({ user: AccountSchema, firstPassword: FirstPassword.nullable() }), ...CHANGE_PROBLEMS },
      },
    },
    async (request, reply) => {
      const { account, firstPassword } = await users.create(asker(request), request.body);
      return reply.code(201).send({ user: changed(request, account), firstPassword });
    },
  );

  app.put(
    '/v1/users/:userName/roles',
    { schema: { operationId: 'setUserRoles', tags: ['user'], summary: '设置角色', params: AccountPath, body: z.object({ roles: Roles }), response: { 200: AccountSchema, ...CHANGE_PROBLEMS } } },
    async (request) => changed(request, await users.setRoles(asker(request), request.params.userName, request.body.roles)),
  );

  app.put(
    '/v1/users/:userName/oidc-subject',
    {
      schema: {
        operationId: 'linkOidcSubject',
        tags: ['user'],
        summary: '关联统一身份账号',
        params: AccountPath,
        body: z.object({ subject: Subject.nullable() }),
        response: { 200: AccountSchema, ...CHANGE_PROBLEMS },
      },
    },
    async (request) => changed(request, await users.linkOidcSubject(asker(request), request.params.userName, request.body.subject)),
  );

  for (const { operationId, path, summary, isDisabled } of [
    { operationId: 'disableUser', path: 'disabling', summary: '停用用户', isDisabled: true },
    { operationId: 'enableUser', path: 'enabling', summary: '启用用户', isDisabled: false },
  ]) {
    app.post(
      `/v1/users/:userName/${path}`,
      { schema: { operationId, tags: ['user'], summary, params: AccountPath, response: { 200: AccountSchema, ...CHANGE_PROBLEMS } } },
      async (request) => changed(request, await users.setDisabled(asker(request), request.params.userName, isDisabled)),
    );
  }

  app.post(
    '/v1/users/:userName/password-reset',
    {
      schema: {
        operationId: 'resetPassword',
        tags: ['user'],
        summary: '重置密码',
        params: AccountPath,
        response: { 200: z.object({ user: AccountSchema, firstPassword: FirstPassword }), ...CHANGE_PROBLEMS },
      },
    },
    async (request) => {
      const { account, firstPassword } = await users.resetPassword(asker(request), request.params.userName);
      return { user: changed(request, account), firstPassword };
    },
  );

  app.post(
    '/v1/users/:userName/second-factor-reset',
    { schema: { operationId: 'resetSecondFactor', tags: ['user'], summary: '重置验证器', params: AccountPath, response: { 200: AccountSchema, ...CHANGE_PROBLEMS } } },
    async (request) => changed(request, await users.resetSecondFactor(asker(request), request.params.userName)),
  );
}
