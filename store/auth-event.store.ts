import type { Db } from './db';

/** What happens around sign-in, for the audit log. */
export type AuthEventType =
  | 'signedIn'
  | 'signInFailed'
  | 'signInDelayed'
  | 'secondFactorAsked'
  | 'signedOut'
  | 'signedOutEverywhere'
  | 'sessionEnded'
  | 'passwordChanged'
  | 'passwordReset'
  | 'secondFactorConfirmed'
  | 'secondFactorReset'
  | 'recoveryCodeUsed'
  | 'userCreated'
  | 'userDisabled'
  | 'userEnabled'
  | 'rolesChanged'
  | 'oidcLinked'
  | 'oidcUnlinked'
  | 'machineClientCreated'
  | 'machineClientRevoked';

export interface AuthEvent {
  type: AuthEventType;
  /** Whom it is about; undefined for a name that nobody has. */
  userId?: string;
  /** Who did it; undefined for whoever tries to sign in. */
  actor?: string;
  addressPrefix?: string;
  /** Codes; never a secret, never what was typed. */
  details?: Record<string, unknown>;
}

/** Appends one event; the table takes no change and no deletion. */
export async function appendAuthEvent(db: Db, { type, userId, actor, addressPrefix, details = {} }: AuthEvent): Promise<void> {
  await db.query('insert into auth_event (type, user_id, actor, address_prefix, details) values ($1, $2, $3, $4, $5)', [type, userId ?? null, actor ?? null, addressPrefix ?? null, JSON.stringify(details)]);
}
