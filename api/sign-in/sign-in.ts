import { hkdfSync } from 'node:crypto';
import type { Pool } from 'pg';
import type { SignInSettings } from '../../infra/sign-in-settings';
import { loadCommonPasswords } from '../../policies/common-passwords';
import type { ReferenceTables } from '../reference-tables';
import type { BlindIndex } from '../../security/blind-index';
import { httpSms } from '../sms/http-sms';
import { SandboxSms } from '../sms/sandbox-sms';
import { ApplicantSignIn } from './applicant-sign-in';
import { SignInDelays } from './delays';
import { IdentityProvider } from './identity-provider';
import { MachineClients } from './machine-clients';
import { OidcSignIn } from './oidc-sign-in';
import { PasswordSignIn } from './password-sign-in';
import { sealerWith } from './sealing';
import { SecondFactors } from './second-factors';
import { Sessions } from './sessions';
import { UserAdministration } from './user-administration';

/** Path of the operation to which an identity provider sends browsers back. */
export const OIDC_CALLBACK_PATH = '/v1/session/oidc/callback';

/** All that has to do with who somebody is. */
export interface SignIn {
  sessions: Sessions;
  passwords: PasswordSignIn;
  factors: SecondFactors;
  machines: MachineClients;
  applicants: ApplicantSignIn;
  /** Absent unless short messages go there. */
  smsSandbox?: SandboxSms;
  users: UserAdministration;
  /** Absent where no identity provider is set. */
  oidc?: OidcSignIn;
}

/** @param publicUrl address under which browsers reach the API; only the identity provider's way back needs it */
export function createSignIn(pool: Pool, tables: ReferenceTables, index: BlindIndex, { key, publicUrl, sms, ...settings }: SignInSettings & { key: string; publicUrl: string }): SignIn {
  // One key for each purpose, so that what one of them gives away says nothing of the other.
  const keyFor = (purpose: string) => Buffer.from(hkdfSync('sha256', Buffer.from(key, 'hex'), '', purpose, 32));
  const sessions = new Sessions(pool, { ...settings, publicUrl });
  const delays = new SignInDelays(pool, keyFor('sign-in-delay'));
  const factors = new SecondFactors(pool, sessions, delays, sealerWith(keyFor('second-factor')));
  const namespace = settings.oidc && { issuer: settings.oidc.issuer, claim: settings.oidc.userClaim };
  const smsSandbox = sms?.via === 'sandbox' ? new SandboxSms(pool, sealerWith(keyFor('sms-sandbox'))) : undefined;
  const applicantKeys = { phone: keyFor('applicant-phone'), code: keyFor('applicant-code'), delay: keyFor('applicant-delay') };
  return {
    sessions,
    applicants: new ApplicantSignIn(pool, sessions, index, applicantKeys, sms?.via === 'http' ? httpSms(sms) : smsSandbox),
    smsSandbox,
    factors,
    passwords: new PasswordSignIn(pool, sessions, delays, factors, loadCommonPasswords()),
    machines: new MachineClients(pool),
    users: new UserAdministration(pool, tables, delays, { firstPasswordHours: settings.firstPasswordHours, oidc: namespace ?? null }),
    oidc: settings.oidc && namespace && new OidcSignIn(pool, new IdentityProvider(settings.oidc, `${publicUrl}${OIDC_CALLBACK_PATH}`), namespace, sessions, factors, settings.oidc.returnPath),
  };
}
