import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { accountIdOf } from '../../store/applicant-account.store';
import { insertSession, findApplicantSession, findSession, type Session, type SignInMethod } from '../../store/session.store';
import type { User } from '../../store/user.store';
import type { SignInSettings } from '../../infra/sign-in-settings';
import { addressPrefix } from './address';
import { digestOf, newToken } from './secrets';

/** A session in which something is still owed serves to give it, not to work. */
const UNFINISHED_MINUTES = 30;

/** Begins the tokens of applicants; a dot stands in no other token. */
const APPLICANT_TOKEN = 'a.';

/** Somebody for whom a session can be opened: the user, and the epoch at which that was decided. */
export type Owner = Pick<User, 'id'> & { epoch: number };

export interface OpenedSession {
  token: string;
}

/** Sessions: opaque tokens of which the record holds digests, each begun anew at every step up. */
export class Sessions {
  constructor(
    private readonly pool: Pool,
    private readonly settings: Pick<SignInSettings, 'idleMinutes' | 'sessionHours' | 'publicUrl'>,
  ) {}

  get idleMinutes(): number {
    return this.settings.idleMinutes;
  }

  async open({ epoch, id }: Owner, { isFull, method, address }: { isFull: boolean; method: SignInMethod; address: string }): Promise<OpenedSession> {
    const token = `${accountIdOf(id) === undefined ? '' : APPLICANT_TOKEN}${newToken()}`;
    const minutes = isFull ? this.settings.sessionHours * 60 : UNFINISHED_MINUTES;
    await insertSession(this.pool, { tokenHash: digestOf(token), userId: id, epoch, isFull, method, addressPrefix: addressPrefix(address), minutes });
    return { token };
  }

  find(token: string): Promise<{ user: User; session: Session } | undefined> {
    const find = token.startsWith(APPLICANT_TOKEN) ? findApplicantSession : findSession;
    return find(this.pool, digestOf(token), this.settings.idleMinutes);
  }

  /** The token of a request: the bearer's, else that of the cookie. */
  tokenOf(request: FastifyRequest): string | undefined {
    return this.bearerOf(request) ?? request.cookies[this.cookieName(request, 'session')];
  }

  bearerOf(request: FastifyRequest): string | undefined {
    return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  }

  giveCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
    void reply.setCookie(this.cookieName(request, 'session'), token, { path: '/', httpOnly: true, sameSite: 'strict', secure: this.isSecure(request) });
  }

  /** Takes the cookie back, and asks the browser to forget what it keeps of this origin; other cookies of the domain are not ours to clear. */
  takeCookie(request: FastifyRequest, reply: FastifyReply): void {
    void reply.header('clear-site-data', '"cache", "storage"').clearCookie(this.cookieName(request, 'session'), { path: '/', httpOnly: true, sameSite: 'strict', secure: this.isSecure(request) });
  }

  /** The prefix `__Host-` keeps other hosts of the domain from setting it; browsers take it under TLS only. */
  cookieName(request: FastifyRequest, purpose: 'session' | 'oidc'): string {
    return `${this.isSecure(request) ? '__Host-' : ''}bihuan_${purpose}`;
  }

  isSecure(request: FastifyRequest): boolean {
    return request.protocol === 'https' || this.settings.publicUrl?.startsWith('https:') === true;
  }
}
