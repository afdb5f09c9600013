import { z } from 'zod';
import { listMachineClients, type MachineClient } from '../../store/machine-client.store';
import { userOf } from '../authentication';
import { decodeCursor, encodeCursor } from '../cursor';
import { MACHINE_OPERATIONS } from '../machine-operations';
import { COMMON_PROBLEMS, problems, type Api, type Services } from '../operation';
import type { OperationId } from '../../access/operations';
import { organisationUnknown, scopesNotPossible } from '../sign-in/administration-problems';
import { ListQuery, OrgId } from '../schemas/values';

const DAYS_MAX = 366;

const ClientSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    orgId: z.string(),
    scopes: z.array(z.string()).meta({ description: 'operation ids' }),
    createdBy: z.string(),
    createdAt: z.string(),
    expiresAt: z.string(),
    revokedAt: z.string().nullable(),
    lastUsedAt: z.string().nullable(),
  })
  .meta({ id: 'MachineClient' });

/** Programs of other systems: their tokens, for administrators. */
export function machineClientRoutes(app: Api, { pool, tables, signIn: { machines } }: Services): void {
  app.post(
    '/v1/machine-clients',
    {
      schema: {
        operationId: 'createMachineClient',
        tags: ['user'],
        summary: '新增机器客户端',
        body: z.object({
          name: z.string().trim().min(1).max(100),
          orgId: OrgId,
          scopes: z.array(z.string().max(100)).min(1).max(50),
          expiresInDays: z.int().min(1).max(DAYS_MAX),
        }),
        response: { 201: z.object({ client: ClientSchema, token: z.string().meta({ description: 'shown this once' }) }), ...COMMON_PROBLEMS, ...problems(422) },
      },
    },
    async (request, reply) => {
      const admin = userOf(request);
      const { scopes, ...asked } = request.body;
      const impossible = scopes.filter((scope) => !Object.hasOwn(MACHINE_OPERATIONS, scope));
      if (impossible.length > 0) throw scopesNotPossible(impossible);
      if (!tables.organisations.get(asked.orgId)?.path.startsWith(admin.orgPath)) throw organisationUnknown();
      const { client, token } = await machines.create(admin, { ...asked, scopes: [...new Set(scopes)] as OperationId[] }, request.ip);
      request.audited.details = { clientId: client.id, orgId: client.orgId, scopes: client.scopes };
      return reply.code(201).send({ client: view(client), token });
    },
  );

  app.get(
    '/v1/machine-clients',
    {
      schema: {
        operationId: 'listMachineClients',
        tags: ['user'],
        summary: '机器客户端列表',
        querystring: z.object(ListQuery),
        response: { 200: z.object({ items: z.array(ClientSchema), nextCursor: z.string().nullable() }), ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = decodeCursor(cursor, z.object({ id: z.string().max(16) }))?.id;
      const clients = await listMachineClients(pool, userOf(request).orgPath, { after, limit: limit + 1 });
      const page = clients.slice(0, limit);
      const last = page.at(-1);
      return { items: page.map(view), nextCursor: clients.length > limit && last ? encodeCursor({ id: last.id }) : null };
    },
  );

  app.delete(
    '/v1/machine-clients/:clientId',
    {
      schema: {
        operationId: 'revokeMachineClient',
        tags: ['user'],
        summary: '撤销机器客户端',
        params: z.object({ clientId: z.string().max(100) }),
        response: { 200: ClientSchema, ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const client = await machines.revoke(userOf(request), request.params.clientId, request.ip);
      request.audited.details = { clientId: client.id };
      return view(client);
    },
  );
}

function view({ createdAt, expiresAt, revokedAt, lastUsedAt, ...client }: MachineClient): z.infer<typeof ClientSchema> {
  const instant = (date: Date | null) => date?.toISOString() ?? null;
  return { ...client, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(), revokedAt: instant(revokedAt), lastUsedAt: instant(lastUsedAt) };
}
