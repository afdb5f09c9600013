import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { isFirstStep, isInPerson, isOperation, mayUse, needsSignIn, type OperationId } from '../access/operations';
import { shanghaiDateAt } from '../domain/calendar-date';
import { findStandIn } from '../store/delegation.store';
import type { Session } from '../store/session.store';
import type { User } from '../store/user.store';
import { forbidden, unauthenticated } from './problem';
import type { MachineClients } from './sign-in/machine-clients';
import { codeStillRequired, enrolmentRequired, passwordChangeRequired } from './sign-in/problems';
import type { Sessions } from './sign-in/sessions';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in, a person or a machine; null at operations that need nobody. */
    user: User | null;
    /** The session of a person who is signed in; a machine has none. */
    session: Session | null;
  }
  interface FastifyContextConfig {
    operation?: OperationId;
  }
}

/** Who a request comes from: a member of staff with a session, or a machine. Applicants come here with accounts of their own. */
interface Caller {
  user: User;
  session: Session | null;
}

/** What tells nothing but how the service is talked to. */
const OPEN_ROUTES: ReadonlySet<string> = new Set(['/', '/openapi.json']);

/** Lets a request through to its route only by the access table; a route without a line there fails at the start. */
export function guardOperations(app: FastifyInstance, pool: Pool, { sessions, machines }: { sessions: Sessions; machines: MachineClients }): void {
  app.decorateRequest('user', null);
  app.decorateRequest('session', null);
  app.addHook('onRoute', (route) => {
    const operation = route.schema?.operationId;
    if (operation === undefined && OPEN_ROUTES.has(route.url)) return;
    if (operation === undefined) throw new Error(`route ${route.url} has no operation id, so nobody says who may use it`);
    if (!isOperation(operation)) throw new Error(`operation ${operation} has no line in the access table (access/operations.ts)`);
    route.config = { ...route.config, operation };
  });
  const callerOf = async (request: FastifyRequest, operation: OperationId): Promise<Caller | undefined> => {
    const token = sessions.tokenOf(request);
    if (token === undefined) return undefined;
    if (!machines.isMachineToken(token)) return sessions.find(token);
    if (token !== sessions.bearerOf(request)) return undefined; // a browser brings cookies along unasked: no place for a machine's
    const user = await machines.identify(token, operation);
    if (user?.roles.length === 0) throw forbidden();
    return user && { user, session: null };
  };
  app.addHook('onRequest', async (request) => {
    const { operation } = request.routeOptions.config;
    if (!operation) return;
    const caller = await callerOf(request, operation);
    const owed = caller?.session ? whatIsOwed(caller.session) : undefined;
    if (!needsSignIn(operation)) {
      request.user = owed ? null : (caller?.user ?? null);
      return;
    }
    if (!caller) throw unauthenticated();
    request.user = caller.user; // before any refusal: the audit tells who it was
    if (owed && !isFirstStep(operation)) throw owed();
    const user = await asWhom(pool, caller.user, operation, request);
    if (!mayUse(operation, user.roles)) throw forbidden();
    request.user = user;
    request.session = caller.session;
  });
}

/** Why a session serves to nothing yet but to give what is missing; undefined when nothing is. */
function whatIsOwed({ method, isFull, hasSecondFactor, mustChangePassword }: Session): (() => Error) | undefined {
  // Who comes from an identity provider may not even know the first password.
  if (mustChangePassword && method.startsWith('password')) return passwordChangeRequired;
  if (!isFull) return hasSecondFactor ? codeStillRequired : enrolmentRequired;
  return undefined;
}

/** Header in which a delegate names whom the request is made for. */
const ON_BEHALF_OF = 'on-behalf-of';

/** The person, or the person as somebody's delegate. @throws HttpProblem FORBIDDEN where nothing is delegated to the person today */
async function asWhom(pool: Pool, user: User, operation: OperationId, request: FastifyRequest): Promise<User> {
  const header = request.headers[ON_BEHALF_OF];
  if (header === undefined) return user;
  const fromUser = typeof header === 'string' ? header.trim() : '';
  const standIn = isInPerson(operation) || fromUser === '' || fromUser.length > 100 ? undefined : await findStandIn(pool, user.id, fromUser, shanghaiDateAt(Date.now()));
  if (!standIn) throw forbidden();
  return standIn;
}

/** Whoever is signed in. @throws HttpProblem UNAUTHENTICATED */
export function userOf(request: FastifyRequest): User {
  if (!request.user) throw unauthenticated();
  return request.user;
}

/** The session of the person who is signed in. @throws HttpProblem FORBIDDEN for a machine, which has none */
export function sessionOf(request: FastifyRequest): Session {
  if (!request.session) throw request.user ? forbidden() : unauthenticated();
  return request.session;
}
