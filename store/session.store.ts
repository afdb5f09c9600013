import type { Db } from './db';
import { accountIdOf, applicantUser } from './applicant-account.store';
import type { User } from './user.store';

export type SignInMethod = 'password' | 'passwordAndCode' | 'oidc' | 'oidcAndCode' | 'phoneCode';

/** A session as the guard needs it: what its user may do yet. */
export interface Session {
  id: string;
  method: SignInMethod;
  /** Whether all that is asked of this user at a sign-in was given. */
  isFull: boolean;
  isDemo: boolean;
  epoch: number;
  mustChangePassword: boolean;
  hasSecondFactor: boolean;
}

export interface NewSession {
  tokenHash: Buffer;
  /** User name, or `applicant:<id>`. */
  userId: string;
  /** The user's when the sign-in was checked: one that was revoked meanwhile begins no session. */
  epoch: number;
  isFull: boolean;
  method: SignInMethod;
  addressPrefix: string;
  minutes: number;
}

export async function insertSession(db: Db, { tokenHash, userId, epoch, isFull, method, addressPrefix, minutes }: NewSession): Promise<void> {
  const applicantId = accountIdOf(userId);
  // Some of those that are over go with each new one; rows that somebody else is sweeping away are left to him.
  await db.query('delete from session where token_hash in (select token_hash from session where expires_at < now() limit 100 for update skip locked)');
  await db.query(
    `insert into session (token_hash, user_id, applicant_id, epoch, is_full, method, address_prefix, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(mins => $8))`,
    [tokenHash, applicantId === undefined ? userId : null, applicantId ?? null, epoch, isFull, method, addressPrefix, minutes],
  );
}

const IS_FRESH = 's.expires_at > now() and s.last_seen_at > now() - make_interval(mins => $2)';
const LASTS = `${IS_FRESH} and s.epoch = u.session_epoch and u.disabled_at is null`;

/** Seen so long ago, a session is written to once more: not at every request, and well before it would end. */
const SEEN_EVERY = `least(interval '1 minute', make_interval(mins => $2) / 4)`;

/**
 * Whose session it is, while it lasts: neither over nor idle for too long, its user active and nothing of what it rests on
 * revoked.
 */
export async function findSession(db: Db, tokenHash: Buffer, idleMinutes: number): Promise<{ user: User; session: Session } | undefined> {
  const { rows } = await db.query<{ userId: string; orgId: string; orgPath: string; roles: User['roles']; isStale: boolean } & Session>({
    name: 'findSession',
    text: `select s.id, s.method, s.is_full as "isFull", s.epoch, u.is_demo as "isDemo", u.must_change_password as "mustChangePassword",
                  f.confirmed_at is not null as "hasSecondFactor", s.last_seen_at < now() - ${SEEN_EVERY} as "isStale",
                  u.id as "userId", u.org_id as "orgId", o.path as "orgPath", u.roles
             from session s join app_user u on u.id = s.user_id join organisation o on o.id = u.org_id left join second_factor f on f.user_id = u.id
            where s.token_hash = $1 and ${LASTS}`,
    values: [tokenHash, idleMinutes],
  });
  const [row] = rows;
  if (!row) return undefined;
  const { userId, orgId, orgPath, roles, isStale, ...session } = row;
  if (isStale) await noteSeen(db, tokenHash, idleMinutes);
  return { user: { id: userId, orgId, orgPath, roles }, session };
}

/** The same for an applicant, who owes nothing but the code that has begun it. */
export async function findApplicantSession(db: Db, tokenHash: Buffer, idleMinutes: number): Promise<{ user: User; session: Session } | undefined> {
  const { rows } = await db.query<{ id: string; method: SignInMethod; epoch: number; isStale: boolean; accountId: string; index: string }>({
    name: 'findApplicantSession',
    text: `select s.id, s.method, s.epoch, s.last_seen_at < now() - ${SEEN_EVERY} as "isStale", a.id as "accountId", encode(a.applicant_index, 'hex') as index
             from session s join applicant_account a on a.id = s.applicant_id
            where s.token_hash = $1 and ${IS_FRESH} and s.epoch = a.session_epoch`,
    values: [tokenHash, idleMinutes],
  });
  const [row] = rows;
  if (!row) return undefined;
  const { id, method, epoch, isStale, accountId, index } = row;
  if (isStale) await noteSeen(db, tokenHash, idleMinutes);
  return { user: applicantUser(accountId, index), session: { id, method, epoch, isFull: true, isDemo: false, mustChangePassword: false, hasSecondFactor: false } };
}

/** The condition once more: of many requests at the same moment one writes. */
async function noteSeen(db: Db, tokenHash: Buffer, idleMinutes: number): Promise<void> {
  await db.query(`update session set last_seen_at = now() where token_hash = $1 and last_seen_at < now() - ${SEEN_EVERY}`, [tokenHash, idleMinutes]);
}

export interface SessionOverview {
  id: string;
  method: SignInMethod;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  addressPrefix: string | null;
}

/** The user's sessions that last, the newest first. */
export async function listSessions(db: Db, userId: string, idleMinutes: number): Promise<SessionOverview[]> {
  const { rows } = await db.query<SessionOverview>(
    `select s.id, s.method, s.created_at as "createdAt", s.last_seen_at as "lastSeenAt", s.expires_at as "expiresAt", s.address_prefix as "addressPrefix"
       from session s left join app_user u on u.id = s.user_id left join applicant_account a on a.id = s.applicant_id
      where s.owner = $1 and ${IS_FRESH} and s.epoch = coalesce(u.session_epoch, a.session_epoch) and u.disabled_at is null order by s.created_at desc, s.id limit 200`,
    [userId, idleMinutes],
  );
  return rows;
}

/** Ends one session of a user; whether there was one. */
export async function deleteSession(db: Db, userId: string, sessionId: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from session where id = $1 and owner = $2', [sessionId, userId]);
  return rowCount === 1;
}

/** Ends all sessions of a user at once, those included that another process is about to begin. @returns the epoch of new ones */
export async function endSessions(db: Db, userId: string): Promise<number | undefined> {
  const applicantId = accountIdOf(userId);
  const table = applicantId === undefined ? 'app_user' : 'applicant_account';
  const { rows } = await db.query<{ epoch: number }>(`update ${table} set session_epoch = session_epoch + 1 where id = $1 returning session_epoch as epoch`, [applicantId ?? userId]);
  await db.query('delete from session where owner = $1', [userId]);
  return rows[0]?.epoch;
}
