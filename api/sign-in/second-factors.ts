import type { Pool } from 'pg';
import { appendAuthEvent } from '../../store/auth-event.store';
import { transaction } from '../../store/db';
import { confirmFactor, findSecondFactor, saveUnconfirmedFactor, takeRecoveryCode, takeStep } from '../../store/second-factor.store';
import { deleteSession, endSessions, type Session } from '../../store/session.store';
import type { User } from '../../store/user.store';
import { unauthenticated } from '../problem';
import { addressPrefix } from './address';
import { noteFailure, type SignInDelays } from './delays';
import { codeWrong, confirmationWrong, demoUserIsShared, enrolledAlready, enrolmentNotStarted } from './problems';
import type { Sealer } from './sealing';
import { digestOf, newRecoveryCodes, normalRecoveryCode } from './secrets';
import type { OpenedSession, Sessions } from './sessions';
import { newTotpSecret, stepOfCode } from './totp';

/** The second factor: an authenticator with one-time codes (TOTP), and recovery codes for the day it is lost. */
export class SecondFactors {
  constructor(
    private readonly pool: Pool,
    private readonly sessions: Sessions,
    private readonly delays: SignInDelays,
    private readonly sealer: Sealer,
  ) {}

  async isEnrolled(userId: string): Promise<boolean> {
    return (await findSecondFactor(this.pool, userId))?.isConfirmed === true;
  }

  /** A new secret, shown this once. Begun again, the one before is forgotten. @throws HttpProblem SECOND_FACTOR_ENROLLED, DEMO_USER */
  async start(user: User, session: Session): Promise<{ otpauthUri: string; secret: string }> {
    if (session.isDemo) throw demoUserIsShared();
    const { bytes, uri, base32 } = newTotpSecret(user.id);
    if (!(await saveUnconfirmedFactor(this.pool, user.id, this.sealer.seal(bytes, placeOf(user.id))))) throw enrolledAlready();
    return { otpauthUri: uri, secret: base32 };
  }

  /**
   * Takes the first code of the authenticator. All sessions end; this one goes on under a new token, now with all that is asked.
   *
   * @throws HttpProblem CODE_NOT_ACCEPTED, SECOND_FACTOR_NOT_STARTED, SECOND_FACTOR_ENROLLED
   */
  async confirm(user: User, session: Session, code: string, address: string): Promise<OpenedSession & { recoveryCodes: string[] }> {
    const factor = await findSecondFactor(this.pool, user.id);
    if (!factor) throw enrolmentNotStarted();
    if (factor.isConfirmed) throw enrolledAlready();
    const step = stepOfCode(this.sealer.open(factor.sealedSecret, placeOf(user.id)), code, Date.now());
    if (step === undefined) throw confirmationWrong();
    const recoveryCodes = newRecoveryCodes();
    const epoch = await transaction(this.pool, async (db) => {
      const isConfirmed = await confirmFactor(db, user.id, { sealedSecret: factor.sealedSecret, step, recoveryHashes: recoveryCodes.map(digestOf) });
      if (!isConfirmed) throw enrolmentNotStarted(); // another browser was faster
      await appendAuthEvent(db, { type: 'secondFactorConfirmed', userId: user.id, actor: user.id, addressPrefix: addressPrefix(address) });
      return endSessions(db, user.id);
    });
    if (epoch === undefined) throw unauthenticated();
    const method = session.method.startsWith('oidc') ? 'oidcAndCode' : 'passwordAndCode';
    const opened = await this.sessions.open({ ...user, epoch }, { isFull: true, method, address });
    return { ...opened, recoveryCodes };
  }

  /** Gives the code in a session that an identity provider has begun. @throws HttpProblem SECOND_FACTOR_WRONG, SIGN_IN_DELAYED */
  async provide(user: User, session: Session, code: string, address: string): Promise<OpenedSession> {
    const tried = await this.delays.admit(user.id, address);
    if (session.isFull || !(await this.takeCode(user.id, code, address))) {
      await noteFailure(this.pool, tried, { userId: user.id, address, reason: 'code' });
      throw codeWrong();
    }
    await tried.succeed(user.id);
    // The unfinished session ends with its token: nobody who saw that one is let up with it.
    if (!(await deleteSession(this.pool, user.id, session.id))) throw unauthenticated();
    await appendAuthEvent(this.pool, { type: 'signedIn', userId: user.id, actor: user.id, addressPrefix: addressPrefix(address), details: { method: 'oidcAndCode', isFull: true } });
    return this.sessions.open({ ...user, epoch: session.epoch }, { isFull: true, method: 'oidcAndCode', address });
  }

  /** Whether a code is right; it is used up with that, an authenticator's with all that came before it. */
  async takeCode(userId: string, code: string, address: string): Promise<boolean> {
    const factor = await findSecondFactor(this.pool, userId);
    if (factor?.isConfirmed !== true) return false;
    const digits = code.replaceAll(/\s/g, '');
    if (/^\d{6}$/.test(digits)) {
      const step = stepOfCode(this.sealer.open(factor.sealedSecret, placeOf(userId)), digits, Date.now());
      return step !== undefined && takeStep(this.pool, userId, step);
    }
    const isTaken = await takeRecoveryCode(this.pool, userId, digestOf(normalRecoveryCode(code)));
    if (isTaken) await appendAuthEvent(this.pool, { type: 'recoveryCodeUsed', userId, actor: userId, addressPrefix: addressPrefix(address) });
    return isTaken;
  }
}

/** Where a sealed secret belongs: on another user's row it does not open. */
function placeOf(userId: string): string {
  return `second_factor/sealed_secret/${userId}`;
}
