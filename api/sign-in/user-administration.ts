import type { Pool, PoolClient } from 'pg';
import { whyNotTheseRoles } from '../../domain/roles-at-level';
import type { Role } from '../../domain/case-facts';
import { appendAuthEvent, type AuthEvent } from '../../store/auth-event.store';
import { transaction } from '../../store/db';
import { revokeDelegationsTo } from '../../store/delegation.store';
import { deleteSecondFactor } from '../../store/second-factor.store';
import { endSessions } from '../../store/session.store';
import {
  deleteOidcLink,
  findAccount,
  insertAccount,
  listAccounts,
  lockAccounts,
  saveOidcLink,
  updateDisabled,
  updateFirstPassword,
  updateRoles,
  type Account,
  type OidcNamespace,
} from '../../store/user-administration.store';
import type { User } from '../../store/user.store';
import { hashPassword, NO_PASSWORD } from '../passwords';
import { notFound, unauthenticated } from '../problem';
import type { ReferenceTables } from '../reference-tables';
import { addressPrefix } from './address';
import { cannotAdministerOneself, nameTaken, oidcOff, organisationUnknown, rolesNotPossible, subjectTaken } from './administration-problems';
import type { SignInDelays } from './delays';
import { demoUserIsShared } from './problems';
import { newFirstPassword } from './secrets';

/** The administrator who asks, and from where. */
export interface Asker {
  user: User;
  address: string;
}

interface Settings {
  firstPasswordHours: number;
  /** Null without an identity provider. */
  oidc: OidcNamespace | null;
}

type Note = Pick<AuthEvent, 'type' | 'details'>;

/**
 * Users of an administrator's own subtree. Nobody administers himself; who belongs to an organisation above does not exist for
 * him. Whatever weakens or changes what somebody may do ends that user's sessions at once, and all of it is in the list of events.
 */
export class UserAdministration {
  constructor(
    private readonly pool: Pool,
    private readonly tables: ReferenceTables,
    private readonly delays: SignInDelays,
    private readonly settings: Settings,
  ) {}

  list(asker: Asker, filter: { orgId?: string; after?: string; limit: number }): Promise<Account[]> {
    return listAccounts(this.pool, asker.user.orgPath, { ...filter, oidc: this.settings.oidc ?? undefined });
  }

  /**
   * Enters a user. With a subject of the identity provider there is no password at all, else a first one, shown this once.
   *
   * @throws HttpProblem ORGANISATION_UNKNOWN, ROLES_NOT_POSSIBLE, USER_NAME_TAKEN, OIDC_OFF, OIDC_SUBJECT_TAKEN
   */
  async create(asker: Asker, { name, orgId, roles, oidcSubject }: { name: string; orgId: string; roles: Role[]; oidcSubject?: string }): Promise<{ account: Account; firstPassword: string | null }> {
    this.mustFit(asker, orgId, roles);
    if (oidcSubject !== undefined && !this.settings.oidc) throw oidcOff();
    const firstPassword = oidcSubject === undefined ? newFirstPassword() : null;
    const passwordHash = firstPassword === null ? NO_PASSWORD : await hashPassword(firstPassword);
    const account = await transaction(this.pool, async (db) => {
      if (!(await lockAccounts(db, asker.user.id, name))) throw unauthenticated();
      const firstPasswordHours = firstPassword === null ? null : this.settings.firstPasswordHours;
      if (!(await insertAccount(db, { id: name, orgId, roles, passwordHash, firstPasswordHours, createdBy: asker.user.id }))) throw nameTaken();
      if (oidcSubject !== undefined) await this.saveLink(db, asker, name, oidcSubject);
      await this.note(db, asker, name, { type: 'userCreated', details: { orgId, roles } });
      return this.accountNow(db, asker, name);
    });
    return { account, firstPassword };
  }

  /** @throws HttpProblem ROLES_NOT_POSSIBLE, CANNOT_ADMINISTER_ONESELF, NOT_FOUND */
  setRoles(asker: Asker, name: string, roles: Role[]): Promise<Account> {
    return this.change(asker, name, async (db, before) => {
      this.mustFit(asker, before.orgId, roles);
      await updateRoles(db, name, roles);
      // Neither now nor when he is none any more: nobody would remember it.
      if (roles.includes('admin')) await revokeDelegationsTo(db, name, asker.user.id);
      return { type: 'rolesChanged', details: { before: before.roles, after: roles } };
    });
  }

  /** @throws HttpProblem CANNOT_ADMINISTER_ONESELF, NOT_FOUND */
  setDisabled(asker: Asker, name: string, isDisabled: boolean): Promise<Account> {
    return this.change(asker, name, async (db) => {
      await updateDisabled(db, name, isDisabled);
      return { type: isDisabled ? 'userDisabled' : 'userEnabled' };
    });
  }

  /** A first password in place of one that was forgotten or given away. @throws HttpProblem as above, DEMO_USER */
  async resetPassword(asker: Asker, name: string): Promise<{ account: Account; firstPassword: string }> {
    const firstPassword = newFirstPassword();
    const hash = await hashPassword(firstPassword);
    const account = await this.change(asker, name, async (db, before) => {
      if (before.isDemo) throw demoUserIsShared();
      await updateFirstPassword(db, name, { hash, hours: this.settings.firstPasswordHours });
      return { type: 'passwordReset' };
    });
    await this.delays.forgetAccount(name);
    return { account, firstPassword };
  }

  /** Takes a lost authenticator away; the next sign-in enrols another. @throws HttpProblem as above */
  resetSecondFactor(asker: Asker, name: string): Promise<Account> {
    return this.change(asker, name, async (db) => {
      const wasThere = await deleteSecondFactor(db, name);
      return { type: 'secondFactorReset', details: { wasThere } };
    });
  }

  /** Says who a user is at the identity provider; null: nobody. @throws HttpProblem as above, OIDC_OFF, OIDC_SUBJECT_TAKEN */
  linkOidcSubject(asker: Asker, name: string, subject: string | null): Promise<Account> {
    return this.change(asker, name, async (db) => {
      if (subject === null) {
        await deleteOidcLink(db, name);
        return { type: 'oidcUnlinked' };
      }
      await this.saveLink(db, asker, name, subject);
      return { type: 'oidcLinked' };
    });
  }

  private async saveLink(db: PoolClient, asker: Asker, name: string, subject: string): Promise<void> {
    const { oidc } = this.settings;
    if (!oidc) throw oidcOff();
    if (!(await saveOidcLink(db, name, { ...oidc, subject, linkedBy: asker.user.id }))) throw subjectTaken();
  }

  /** Carries out one change in one transaction, with its event; all sessions of the user end with it. */
  private async change(asker: Asker, name: string, work: (db: PoolClient, before: Account) => Promise<Note>): Promise<Account> {
    return transaction(this.pool, async (db) => {
      const mayGoOn = await lockAccounts(db, asker.user.id, name);
      const before = await findAccount(db, name, { orgPath: asker.user.orgPath });
      if (!before) throw notFound();
      if (before.id === asker.user.id) throw cannotAdministerOneself();
      if (!mayGoOn) throw unauthenticated(); // disabled himself meanwhile
      await this.note(db, asker, name, await work(db, before));
      await endSessions(db, name);
      return this.accountNow(db, asker, name);
    });
  }

  private async accountNow(db: PoolClient, asker: Asker, name: string): Promise<Account> {
    const account = await findAccount(db, name, { orgPath: asker.user.orgPath, oidc: this.settings.oidc ?? undefined });
    if (!account) throw notFound();
    return account;
  }

  private note(db: PoolClient, asker: Asker, userId: string, note: Note): Promise<void> {
    return appendAuthEvent(db, { ...note, userId, actor: asker.user.id, addressPrefix: addressPrefix(asker.address) });
  }

  /** An organisation of the own subtree, and roles that exist there. */
  private mustFit(asker: Asker, orgId: string, roles: readonly Role[]): void {
    const organisation = this.tables.organisations.get(orgId);
    if (!organisation?.path.startsWith(asker.user.orgPath)) throw organisationUnknown();
    const reason = whyNotTheseRoles(roles, organisation.level);
    if (reason) throw rolesNotPossible(reason);
  }
}
