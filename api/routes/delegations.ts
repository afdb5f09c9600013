import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { addMonths, shanghaiDateAt } from '../../domain/calendar-date';
import { ROLES, type Role } from '../../domain/case-facts';
import { findDelegation, insertDelegation, listDelegations, revokeDelegation, type Delegation } from '../../store/delegation.store';
import { findUsers, type User } from '../../store/user.store';
import { userOf } from '../authentication';
import { isUuid } from '../case-id';
import { CursorInstant, decodeCursor, encodeCursor } from '../cursor';
import { COMMON_PROBLEMS, problems, type Api, type Services } from '../operation';
import { forbidden, HttpProblem, invalidInput, notFound, type InputMistake } from '../problem';
import { both } from '../schema-messages';
import { ListQuery, PathId, PlainDate } from '../schemas/values';

const MONTHS_MAX = 12;
const UserName = z.string().trim().min(1).max(100);
const DelegatedRole = z.enum(ROLES).exclude(['admin']);

const DelegationSchema = z
  .object({
    id: z.string(),
    fromUser: z.string(),
    toUser: z.string(),
    roles: z.array(z.string()),
    fromOn: z.string(),
    untilOn: z.string(),
    createdBy: z.string(),
    createdAt: z.string(),
    revokedBy: z.string().nullable(),
    revokedAt: z.string().nullable(),
  })
  .meta({ id: 'Delegation' });

/** 委托: who is away has somebody else do the work, with dates. The delegate names whom in the header `On-Behalf-Of`. */
export function delegationRoutes(app: Api, { pool }: Services): void {
  app.post(
    '/v1/delegations',
    {
      schema: {
        operationId: 'delegateDuties',
        tags: ['delegation'],
        summary: '委托他人代为履职',
        description: 'By the person, the head of the same union (but not the duties of auditors, supervisors and operators), or an administrator above. The delegate sends `On-Behalf-Of: <fromUser>` and then acts with these roles, and both names are recorded.',
        body: z.object({
          fromUser: UserName.optional().meta({ description: 'left out: oneself' }),
          toUser: UserName,
          fromOn: PlainDate,
          untilOn: PlainDate,
          roles: z.array(DelegatedRole).min(1).max(ROLES.length),
        }),
        response: { 201: DelegationSchema, ...COMMON_PROBLEMS },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const { fromUser = user.id, toUser, fromOn, untilOn, roles } = request.body;
      const users = await findUsers(pool, [fromUser, toUser]);
      const from = users.find(({ id }) => id === fromUser);
      const to = users.find(({ id }) => id === toUser);
      if (!from || !mayArrange(user, from, roles)) throw fromUser === user.id ? notFound() : forbidden();
      const mistakes = [...wrongDates(fromOn, untilOn), ...wrongRoles(roles, from), ...wrongDelegate(to, from)];
      if (mistakes.length > 0) throw invalidInput(mistakes);
      const entry = { id: randomUUID(), fromUser, toUser, roles: [...new Set(roles)], fromOn, untilOn, createdBy: user.id };
      const delegation = await insertDelegation(pool, entry);
      if (!delegation) throw invalidInput(wrongDelegate(undefined, from));
      return reply.code(201).send(view(delegation));
    },
  );

  app.post(
    '/v1/delegations/:delegationId/revocation',
    {
      schema: {
        operationId: 'revokeDelegation',
        tags: ['delegation'],
        summary: '撤销委托',
        params: z.object({ delegationId: PathId }),
        body: z.object({}),
        response: { 200: DelegationSchema, ...COMMON_PROBLEMS, ...problems(409) },
      },
    },
    async (request) => {
      const user = userOf(request);
      const { delegationId } = request.params;
      const found = isUuid(delegationId) ? await findDelegation(pool, delegationId) : undefined;
      const [from] = found ? await findUsers(pool, [found.fromUser]) : [];
      const isTheirs = found !== undefined && (found.fromUser === user.id || found.toUser === user.id || (from !== undefined && mayArrange(user, from)));
      if (!isTheirs) throw notFound();
      if (!(await revokeDelegation(pool, found.id, user.id))) throw alreadyRevoked();
      return view((await findDelegation(pool, found.id)) ?? found);
    },
  );

  app.get(
    '/v1/delegations',
    {
      schema: {
        operationId: 'listDelegations',
        tags: ['delegation'],
        summary: '委托列表：本人的，部门负责人和管理员另见本级及下级的',
        querystring: z.object(ListQuery),
        response: { 200: z.object({ items: z.array(DelegationSchema), nextCursor: z.string().nullable() }), ...COMMON_PROBLEMS },
      },
    },
    async (request) => {
      const user = userOf(request);
      const { limit, cursor } = request.query;
      const before = decodeCursor(cursor, z.object({ createdAt: CursorInstant, id: z.uuid() }));
      const arranges = user.roles.some((role) => role === 'head' || role === 'admin');
      const delegations = await listDelegations(pool, user.id, arranges ? user.orgPath : null, { before, limit: limit + 1 });
      const page = delegations.slice(0, limit);
      const last = page.at(-1);
      return { items: page.map(view), nextCursor: delegations.length > limit && last ? encodeCursor({ createdAt: last.createdAt.toISOString(), id: last.id }) : null };
    },
  );
}

/** Who watches over the others: their head gives nobody their eyes, himself least of all. */
const WATCHING: ReadonlySet<Role> = new Set(['auditor', 'supervisor', 'operator']);

/** The person, the head of the same union, or an administrator of it or above. `roles`: what is given; taken back may be any. */
function mayArrange(user: User, from: User, roles: readonly Role[] = []): boolean {
  if (user.id === from.id) return true;
  const isTheirHead = user.roles.includes('head') && user.orgId === from.orgId && !roles.some((role) => WATCHING.has(role));
  return isTheirHead || (user.roles.includes('admin') && from.orgPath.startsWith(user.orgPath));
}

function wrongDates(fromOn: string, untilOn: string): InputMistake[] {
  const today = shanghaiDateAt(Date.now());
  // First of all: later dates would leave the calendar.
  if (fromOn > addMonths(today, MONTHS_MAX)) return [{ path: 'body.fromOn', message: both('委托应在一年之内开始', 'a delegation begins within a year') }];
  return [
    ...(fromOn < today ? [{ path: 'body.fromOn', message: both('不得早于今天', 'must not lie in the past') }] : []),
    ...(untilOn < fromOn ? [{ path: 'body.untilOn', message: both('不得早于开始日期', 'must not come before fromOn') }] : []),
    ...(untilOn > addMonths(fromOn, MONTHS_MAX) ? [{ path: 'body.untilOn', message: both('委托不得超过一年', 'a delegation lasts a year at the most') }] : []),
  ];
}

/** Nobody gives what they have not. */
function wrongRoles(roles: readonly string[], { roles: own }: User): InputMistake[] {
  const missing = roles.some((role) => !own.some((one) => one === role));
  return missing ? [{ path: 'body.roles', message: both('委托人没有该角色', 'the delegator has not these roles') }] : [];
}

/** Of the same union, or of one above it. */
function wrongDelegate(to: User | undefined, from: User): InputMistake[] {
  const fits = to !== undefined && to.id !== from.id && from.orgPath.startsWith(to.orgPath) && to.roles.some((role) => role !== 'admin');
  return fits ? [] : [{ path: 'body.toUser', message: both('受托人应为本单位或上级工会的在岗人员', 'must be somebody else of the same union or of one above it') }];
}

function view({ createdAt, revokedAt, ...rest }: Delegation): z.infer<typeof DelegationSchema> {
  return { ...rest, createdAt: createdAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null };
}

const alreadyRevoked = () =>
  new HttpProblem(409, 'DELEGATION_REVOKED', {
    zh: { title: '委托已撤销', detail: '该委托此前已撤销。' },
    en: { title: 'Already revoked', detail: 'The delegation was revoked before.' },
  });
