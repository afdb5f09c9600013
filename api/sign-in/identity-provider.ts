import type * as OpenIdClient from 'openid-client';
import type { Configuration, IDToken } from 'openid-client';
import { reasonOf } from '../../infra/errors';
import type { OidcSettings } from '../../infra/sign-in-settings';

const ANSWERS_WITHIN_S = 5;
/** What the provider says of itself is asked for again after that; its keys are, whenever one is unknown. */
const DISCOVERED_FOR_MS = 60 * 60_000;

/** Random values that tie an answer to the question it was given to. */
export interface OidcQuestion {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** The provider does not answer, or not as one. */
export class ProviderAway extends Error {
  override readonly name = 'ProviderAway';
}

/** What came back is no proof of anybody: refused, forged, over, meant for another sign-in or another service. */
export class NotProven extends Error {
  override readonly name = 'NotProven';
}

/** Who somebody is by the word of the provider. */
export interface ProvenIdentity {
  subject: string;
  /** Whether it says, in the way that is agreed on, that there was a second factor. */
  hadSecondFactor: boolean;
}

/** One OpenID provider, found by its issuer. All checks of answers and tokens are the library's. */
export class IdentityProvider {
  private discovered: { configuration: Promise<Configuration>; atMs: number } | undefined;

  /** @param callbackUrl where the provider sends browsers back to */
  constructor(
    private readonly settings: OidcSettings,
    private readonly callbackUrl: string,
  ) {}

  /** Where to send the browser, and what to keep until it comes back. @throws ProviderAway */
  async question(): Promise<OidcQuestion & { url: URL }> {
    const client = await library();
    const configuration = await this.configuration();
    const kept = { state: client.randomState(), nonce: client.randomNonce(), codeVerifier: client.randomPKCECodeVerifier() };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.callbackUrl,
      scope: this.settings.userClaim === 'sub' ? 'openid' : 'openid profile email',
      state: kept.state,
      nonce: kept.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(kept.codeVerifier),
      code_challenge_method: 'S256',
      ...(this.settings.acrValues.length > 0 ? { acr_values: this.settings.acrValues.join(' ') } : {}),
    });
    return { ...kept, url };
  }

  /**
   * Exchanges what the browser brought back for a proven identity.
   *
   * @param search query of the call back, as it came
   * @throws ProviderAway, NotProven
   */
  async answer(search: string, { state, nonce, codeVerifier }: OidcQuestion): Promise<ProvenIdentity> {
    const client = await library();
    const configuration = await this.configuration();
    try {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier, idTokenExpected: true };
      const tokens = await client.authorizationCodeGrant(configuration, new URL(`${this.callbackUrl}${search}`), checks);
      const idToken = tokens.claims();
      if (!idToken) throw new NotProven('there is no ID token');
      const claims = this.settings.userClaim in idToken ? idToken : { ...(await client.fetchUserInfo(configuration, tokens.access_token, idToken.sub)) };
      return { subject: this.subjectIn(claims), hadSecondFactor: this.hadSecondFactor(idToken) };
    } catch (error) {
      throw error instanceof NotProven ? error : new NotProven(reasonOf(error), { cause: error });
    }
  }

  private subjectIn(claims: Record<string, unknown>): string {
    const { userClaim } = this.settings;
    const subject = claims[userClaim];
    if (typeof subject !== 'string' || subject === '') throw new NotProven(`there is no claim ${userClaim}`);
    // Whoever can enter an address of somebody else's must not become that somebody.
    if (userClaim === 'email' && claims.email_verified !== true) throw new NotProven('the address is not verified');
    return subject;
  }

  private hadSecondFactor({ acr, amr }: IDToken): boolean {
    const { secondFactor, acrValues, amrValues } = this.settings;
    if (secondFactor === 'own') return false;
    const methods: unknown[] = Array.isArray(amr) ? amr : [];
    return (typeof acr === 'string' && acrValues.includes(acr)) || methods.some((method) => typeof method === 'string' && amrValues.includes(method));
  }

  private async configuration(): Promise<Configuration> {
    if (!this.discovered || Date.now() - this.discovered.atMs > DISCOVERED_FOR_MS) this.discovered = { configuration: this.discover(), atMs: Date.now() };
    try {
      return await this.discovered.configuration;
    } catch (error) {
      this.discovered = undefined;
      throw new ProviderAway(reasonOf(error), { cause: error });
    }
  }

  private async discover(): Promise<Configuration> {
    const client = await library();
    const { issuer, clientId, clientSecret, clientAuthentication } = this.settings;
    const authentication = clientAuthentication === 'basic' ? client.ClientSecretBasic(clientSecret) : client.ClientSecretPost(clientSecret);
    // Settings take http in development alone.
    const isPlain = issuer.startsWith('http:');
    // Signatures are checked although TLS says where the token came from: a proxy in between may see and change it.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- so that it stands out, and so it does
    const execute = [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])];
    return client.discovery(new URL(issuer), clientId, undefined, authentication, { execute, timeout: ANSWERS_WITHIN_S });
  }
}

// An ES module, and only where a provider is set.
function library(): Promise<typeof OpenIdClient> {
  return import('openid-client');
}
