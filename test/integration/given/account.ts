import { randomUUID } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { until } from '../../../infra/until';
import type { CallerAt } from './caller';

const PERIOD_MS = 30_000;
/** One that no list and no pattern refuses. */
export const OWN_PASSWORD = 'vier-Kraniche-im-Regen';

/** The authenticator of a test's user: gives each code once, as a person does, and waits for the next one where it must. */
export class Authenticator {
  private lastStep = 0;

  constructor(private readonly secret: string) {}

  /** The code of the earliest step that the service still takes and that was not used here. */
  async nextCode(): Promise<string> {
    const step = await until(() => {
      const now = Math.floor(Date.now() / PERIOD_MS);
      const next = Math.max(this.lastStep + 1, now);
      return next <= now + 1 ? next : undefined;
    }, { withinMs: 2 * PERIOD_MS, everyMs: 200 });
    this.lastStep = step;
    return this.codeOf(step);
  }

  /** The code so many steps from now, used or not. */
  codeFromNow(steps: number): string {
    return this.codeOf(Math.floor(Date.now() / PERIOD_MS) + steps);
  }

  private codeOf(step: number): string {
    return new TOTP({ secret: Secret.fromBase32(this.secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({ timestamp: step * PERIOD_MS });
  }
}

export interface NewUser {
  name: string;
  firstPassword: string;
}

/** A user who has never signed in, entered by an administrator who is signed in. */
export async function newUser(admin: CallerAt, { orgId = 'wx-liangxi', roles = ['handler'] }: { orgId?: string; roles?: string[] } = {}): Promise<NewUser> {
  const name = `t-${randomUUID().slice(0, 13)}`;
  const { status, body } = await admin.post<{ firstPassword: string }>('/v1/users', { name, orgId, roles });
  if (status !== 201) throw new Error(`createUser answered ${status} ${JSON.stringify(body)}`);
  return { name, firstPassword: body.firstPassword };
}

export interface SettledUser {
  name: string;
  password: string;
  authenticator: Authenticator;
  recoveryCodes: string[];
  /** Signed in with all that is asked for. */
  caller: CallerAt;
}

/** A user with a password of his own and an authenticator, signed in from where `caller` is. */
export async function settledUser(admin: CallerAt, caller: CallerAt, choice: { orgId?: string; roles?: string[] } = {}): Promise<SettledUser> {
  const { name, firstPassword } = await newUser(admin, choice);
  await caller.signIn(name, firstPassword);
  const changed = await caller.post<{ token: string }>('/v1/session/password', { currentPassword: firstPassword, newPassword: OWN_PASSWORD });
  if (changed.status !== 200) throw new Error(`changePassword answered ${changed.status} ${JSON.stringify(changed.body)}`);
  caller.token = changed.body.token;
  const { authenticator, recoveryCodes } = await enrol(caller);
  return { name, password: OWN_PASSWORD, authenticator, recoveryCodes, caller };
}

/** Enrols an authenticator and keeps the new token. */
export async function enrol(caller: CallerAt): Promise<{ authenticator: Authenticator; recoveryCodes: string[] }> {
  const started = await caller.post<{ secret: string; otpauthUri: string }>('/v1/session/second-factor');
  if (started.status !== 200) throw new Error(`startSecondFactor answered ${started.status} ${JSON.stringify(started.body)}`);
  const authenticator = new Authenticator(started.body.secret);
  const confirmed = await caller.post<{ token: string; recoveryCodes: string[] }>('/v1/session/second-factor/confirmation', { code: await authenticator.nextCode() });
  if (confirmed.status !== 200) throw new Error(`confirmSecondFactor answered ${confirmed.status} ${JSON.stringify(confirmed.body)}`);
  caller.token = confirmed.body.token;
  return { authenticator, recoveryCodes: confirmed.body.recoveryCodes };
}
