import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { deleteSession, findSessionUser, findUserForSignIn, insertSession, type User } from '../store/user.store';
import { isPassword } from './passwords';
import { mayUse, needsSignIn, OPERATION_ACCESS, type OperationId } from './operation-access';
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

/** Lets a request through to its route only by the access table; a route without a line there fails at the start. */
export function guardOperations(app: FastifyInstance, pool: Pool): void {
  app.decorateRequest('user', null);
  app.addHook('onRoute', (route) => {
    const operation = route.schema?.operationId;
    if (operation === undefined) return;
    if (!Object.hasOwn(OPERATION_ACCESS, operation)) throw new Error(`operation ${operation} has no line in the access table`);
    route.config = { ...route.config, operation: operation as OperationId };
  });
  app.addHook('onRequest', async (request) => {
    const { operation } = request.routeOptions.config;
    if (!operation) return;
    const token = tokenOf(request);
    const user = token ? await findSessionUser(pool, hashOf(token)) : undefined;
    if (!user && needsSignIn(operation)) throw unauthenticated();
    request.user = user ?? null; // before the refusal: the audit tells who it was
    if (!mayUse(operation, user?.roles)) throw forbidden();
  });
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
