import type { Pool } from 'pg';
import { appendAuthEvent } from '../../store/auth-event.store';
import { changePassword, findUserForSignIn, noteSignIn, replaceHash, type SignInUser, type User } from '../../store/user.store';
import { transaction } from '../../store/db';
import type { Session, SignInMethod } from '../../store/session.store';
import { unauthenticated } from '../problem';
import { hashPassword, isPassword, needsRehash } from '../passwords';
import { addressPrefix } from './address';
import { noteFailure, type SignInDelays, type Try } from './delays';
import { passwordFaults } from './password-policy';
import { codeWrong, currentPasswordWrong, demoUserIsShared, firstPasswordOver, passwordNotAccepted, secondFactorAsked, signInFailed } from './problems';
import type { SecondFactors } from './second-factors';
import type { OpenedSession, Sessions } from './sessions';

export interface Credentials {
  username: string;
  password: string;
  /** Six digits of the authenticator, or a recovery code. */
  code?: string;
}

/** Signing in by password and second factor, and changing the password. */
export class PasswordSignIn {
  constructor(
    private readonly pool: Pool,
    private readonly sessions: Sessions,
    private readonly delays: SignInDelays,
    private readonly factors: SecondFactors,
    private readonly commonPasswords: readonly string[],
  ) {}

  /**
   * Checks the password, then the code of whoever has an authenticator. Whoever has none yet and is no demo user gets a session
   * that serves to enrol one.
   *
   * @throws HttpProblem SIGN_IN_DELAYED, UNAUTHENTICATED; once the password was right SECOND_FACTOR_REQUIRED,
   *   SECOND_FACTOR_WRONG, FIRST_PASSWORD_EXPIRED
   */
  async signIn({ username, password, code }: Credentials, address: string): Promise<OpenedSession> {
    const tried = await this.delays.admit(username, address);
    const user = await this.userBehind(tried, { username, password }, address);
    const hasFactor = await this.factors.isEnrolled(user.id);
    if (hasFactor) await this.checkCode(tried, user, code, address);
    const isFull = user.isDemo || hasFactor;
    const method: SignInMethod = hasFactor ? 'passwordAndCode' : 'password';
    await tried.succeed(user.id);
    if (needsRehash(user.passwordHash)) await replaceHash(this.pool, user.id, { from: user.passwordHash, to: await hashPassword(password) });
    const session = await this.sessions.open(user, { isFull, method, address });
    await noteSignIn(this.pool, user.id);
    await appendAuthEvent(this.pool, { type: 'signedIn', userId: user.id, actor: user.id, addressPrefix: addressPrefix(address), details: { method, isFull } });
    return session;
  }

  /**
   * Sets another password. All sessions end; the one it was asked in goes on under a new token.
   *
   * @throws HttpProblem CURRENT_PASSWORD_WRONG, PASSWORD_NOT_ACCEPTED, SIGN_IN_DELAYED, DEMO_USER
   */
  async changePassword(asked: { user: User; session: Session; orgName: string }, { current, wanted }: { current: string; wanted: string }, address: string): Promise<OpenedSession> {
    const { user, session, orgName } = asked;
    if (session.isDemo) throw demoUserIsShared();
    const tried = await this.delays.admit(user.id, address); // a stolen session must not serve to find out the password
    const known = await findUserForSignIn(this.pool, user.id);
    if (!known || !(await isPassword(current, known.passwordHash))) {
      await noteFailure(this.pool, tried, { userId: user.id, address, reason: 'currentPassword' });
      throw currentPasswordWrong();
    }
    await tried.undo();
    const faults = passwordFaults(wanted, { common: this.commonPasswords, names: [user.id, user.orgId, orgName] });
    if (wanted === current) faults.push('SAME_AS_BEFORE');
    if (faults.length > 0) throw passwordNotAccepted(faults);
    const hash = await hashPassword(wanted);
    const epoch = await transaction(this.pool, async (db) => {
      const changed = await changePassword(db, user.id, { seen: known.passwordHash, hash });
      if (changed === undefined) throw unauthenticated(); // reset, changed or disabled in this very moment
      await appendAuthEvent(db, { type: 'passwordChanged', userId: user.id, actor: user.id, addressPrefix: addressPrefix(address) });
      return changed;
    });
    return this.sessions.open({ ...user, epoch }, { isFull: session.isFull, method: session.method, address });
  }

  /** Whoever name and password belong to. Unknown, disabled and wrong take equally long and read alike. */
  private async userBehind(tried: Try, { username, password }: Credentials, address: string): Promise<SignInUser> {
    const user = await findUserForSignIn(this.pool, username);
    const fits = await isPassword(password, user?.passwordHash);
    if (!user || !fits || user.isDisabled) {
      await noteFailure(this.pool, tried, { userId: user?.id, address, reason: user?.isDisabled ? 'disabled' : user ? 'password' : 'unknown' });
      throw signInFailed();
    }
    if (user.isFirstPasswordOver) {
      await noteFailure(this.pool, tried, { userId: user.id, address, reason: 'firstPasswordOver' });
      throw firstPasswordOver();
    }
    return user;
  }

  // A code that was not given is no failure; who knows the password has only been told what he knows. A wrong one is, and the
  // right password does not make up for it: otherwise whoever has the password could try codes without end.
  private async checkCode(tried: Try, user: SignInUser, code: string | undefined, address: string): Promise<void> {
    if (code === undefined) {
      await tried.undo();
      await appendAuthEvent(this.pool, { type: 'secondFactorAsked', userId: user.id, addressPrefix: addressPrefix(address) });
      throw secondFactorAsked();
    }
    if (await this.factors.takeCode(user.id, code, address)) return;
    await noteFailure(this.pool, tried, { userId: user.id, address, reason: 'code' });
    throw codeWrong();
  }
}
