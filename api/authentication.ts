import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { isInPerson, isOperation, mayUse, needsSignIn, type OperationId } from '../access/operations';
import { shanghaiDateAt } from '../domain/calendar-date';
import { findStandIn } from '../store/delegation.store';
import { deleteSession, findSessionUser, findUserForSignIn, insertSession, type User } from '../store/user.store';
import { isPassword } from './passwords';
import { forbidden, unauthenticated } from './problem';

export const SESSION_COOKIE = 'bihuan_session';
const SESSION_HOURS = 12;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in; null at operations that need nobody. */
    user: User | null;
  }
  interface FastifyContextConfig {
    operation?: OperationId;
  }
}

/** A password hash that no password matches: signing in with an unknown name takes as long as with a known one. */
const NOBODY = `scrypt:${'00'.repeat(16)}:${'00'.repeat(32)}`;

/**
 * Checks name and password.
 *
 * @returns a session token and its user; undefined when they do not fit together
 */
export async function signIn(pool: Pool, username: string, password: string): Promise<{ token: string; user: User } | undefined> {
  const found = await findUserForSignIn(pool, username);
  const fits = await isPassword(password, found?.passwordHash ?? NOBODY);
  if (!found || !fits) return undefined;
  const token = randomBytes(32).toString('base64url');
  await insertSession(pool, hashOf(token), found.id, SESSION_HOURS);
  const { passwordHash, ...user } = found; // the hash goes no further
  return { token, user };
}

export async function signOut(pool: Pool, request: FastifyRequest): Promise<void> {
  const token = tokenOf(request);
  if (token) await deleteSession(pool, hashOf(token));
}

/** What tells nothing but how the service is talked to. */
const OPEN_ROUTES: ReadonlySet<string> = new Set(['/', '/openapi.json']);

/** Lets a request through to its route only by the access table; a route without a line there fails at the start. */
export function guardOperations(app: FastifyInstance, pool: Pool): void {
  app.decorateRequest('user', null);
  app.addHook('onRoute', (route) => {
    const operation = route.schema?.operationId;
    if (operation === undefined && OPEN_ROUTES.has(route.url)) return;
    if (operation === undefined) throw new Error(`route ${route.url} has no operation id, so nobody says who may use it`);
    if (!isOperation(operation)) throw new Error(`operation ${operation} has no line in the access table (access/operations.ts)`);
    route.config = { ...route.config, operation };
  });
  app.addHook('onRequest', async (request) => {
    const { operation } = request.routeOptions.config;
    if (!operation) return;
    const token = tokenOf(request);
    const signedIn = token ? await findSessionUser(pool, hashOf(token)) : undefined;
    if (!signedIn && needsSignIn(operation)) throw unauthenticated();
    const user = signedIn && (await asWhom(pool, signedIn, operation, request));
    if (!mayUse(operation, user?.roles)) throw forbidden();
    request.user = user ?? null;
  });
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

function tokenOf(request: FastifyRequest): string | undefined {
  const [, bearer] = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return bearer ?? request.cookies[SESSION_COOKIE];
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
