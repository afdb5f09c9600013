import type { Pool } from 'pg';
import { appendAuthEvent } from '../../store/auth-event.store';
import { insertOidcAttempt, takeOidcAttempt } from '../../store/oidc.store';
import type { OidcNamespace } from '../../store/user-administration.store';
import { findLinkedUser, noteSignIn } from '../../store/user.store';
import { addressPrefix } from './address';
import { NotProven, ProviderAway, type IdentityProvider, type ProvenIdentity } from './identity-provider';
import { oidcAway, oidcFailed } from './problems';
import type { SecondFactors } from './second-factors';
import { digestOf, newToken } from './secrets';
import type { OpenedSession, Sessions } from './sessions';

/** How long somebody may take at the provider. */
export const ATTEMPT_MINUTES = 10;

/** Told of what failed and why; the caller is told only that it did. */
type Warn = (details: { reason: string }, message: string) => void;

/**
 * Signing in through an identity provider (authorisation code, PKCE, state, nonce). Nobody is entered by it: an administrator has
 * linked the subject to a user before.
 */
export class OidcSignIn {
  constructor(
    private readonly pool: Pool,
    private readonly provider: IdentityProvider,
    private readonly namespace: OidcNamespace,
    private readonly sessions: Sessions,
    private readonly factors: SecondFactors,
    readonly returnPath: string,
  ) {}

  /**
   * Begins a sign-in.
   *
   * @returns where to send the browser, and the secret that its cookie keeps until it comes back
   * @throws HttpProblem OIDC_UNAVAILABLE
   */
  async start(warn: Warn): Promise<{ url: string; browserSecret: string }> {
    const { url, state, nonce, codeVerifier } = await this.provider.question().catch((error: unknown) => this.fail(error, warn));
    const browserSecret = newToken();
    await insertOidcAttempt(this.pool, { stateHash: digestOf(state), browserHash: digestOf(browserSecret), nonce, codeVerifier, minutes: ATTEMPT_MINUTES });
    return { url: url.href, browserSecret };
  }

  /**
   * Finishes a sign-in with what the provider sent the browser back with. The session lacks the second factor where the provider
   * has not vouched for one: the code is asked for next, or an authenticator enrolled.
   *
   * @throws HttpProblem OIDC_SIGN_IN_FAILED, OIDC_UNAVAILABLE
   */
  async finish({ search, browserSecret, address, warn }: { search: string; browserSecret: string | undefined; address: string; warn: Warn }): Promise<OpenedSession> {
    const state = new URLSearchParams(search).get('state');
    const attempt = state !== null && browserSecret !== undefined ? await takeOidcAttempt(this.pool, digestOf(state), digestOf(browserSecret)) : undefined;
    if (state === null || !attempt) return this.refuse(address, 'noSuchAttempt');
    const identity = await this.provider.answer(search, { state, ...attempt }).catch(async (error: unknown) => {
      if (error instanceof NotProven) await this.note(address, 'notProven');
      return this.fail(error, warn);
    });
    return this.open(identity, address);
  }

  private async open({ subject, hadSecondFactor }: ProvenIdentity, address: string): Promise<OpenedSession> {
    const user = await findLinkedUser(this.pool, { ...this.namespace, subject });
    if (!user) return this.refuse(address, 'notLinked');
    if (user.isDisabled) return this.refuse(address, 'disabled', user.id);
    const isFull = user.isDemo || hadSecondFactor;
    const session = await this.sessions.open(user, { isFull, method: 'oidc', address });
    await noteSignIn(this.pool, user.id);
    const hasFactor = await this.factors.isEnrolled(user.id);
    await appendAuthEvent(this.pool, { type: 'signedIn', userId: user.id, actor: user.id, addressPrefix: addressPrefix(address), details: { method: 'oidc', isFull, hasFactor } });
    return session;
  }

  private async refuse(address: string, reason: string, userId?: string): Promise<never> {
    await this.note(address, reason, userId);
    throw oidcFailed();
  }

  private note(address: string, reason: string, userId?: string): Promise<void> {
    return appendAuthEvent(this.pool, { type: 'signInFailed', userId, addressPrefix: addressPrefix(address), details: { reason, method: 'oidc' } });
  }

  private fail(error: unknown, warn: Warn): never {
    if (error instanceof ProviderAway) {
      warn({ reason: error.message }, 'the identity provider does not answer');
      throw oidcAway();
    }
    if (error instanceof NotProven) {
      warn({ reason: error.message }, 'a sign-in through the identity provider was not proven');
      throw oidcFailed();
    }
    throw error;
  }
}
