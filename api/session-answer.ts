import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Services } from './operation';
import { unauthenticated } from './problem';
import { viewOfUser, type SessionAnswer } from './schemas/sign-in';

/**
 * What whoever has just begun a session is answered: its token, also as cookie, and who he is, with what he owes yet.
 *
 * @throws HttpProblem UNAUTHENTICATED when it was revoked in this very moment
 */
export async function answerSession({ tables, signIn: { sessions } }: Pick<Services, 'tables' | 'signIn'>, request: FastifyRequest, reply: FastifyReply, token: string): Promise<z.infer<typeof SessionAnswer>> {
  const found = await sessions.find(token);
  if (!found) throw unauthenticated();
  request.audited.actor = found.user;
  sessions.giveCookie(request, reply, token);
  return { token, user: viewOfUser(found.user, tables, found.session) };
}
