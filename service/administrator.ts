import { hashPassword } from '../api/passwords';
import { PASSWORD_LENGTH } from '../api/sign-in/password-policy';
import { ConfigurationError } from '../infra/config';
import { EnvironmentReader, type Environment } from '../infra/environment';
import { StartupError, systemCode } from '../infra/errors';
import { connect } from '../store/db';
import { insertFirstUser } from '../store/user.store';

/** Who is to be the first user of a record that has none. */
export interface Administrator {
  /** The user name. */
  id: string;
  orgId: string;
  password: string;
}

const FOREIGN_KEY_VIOLATION = '23503';

/**
 * Reads who is to be the administrator: ADMIN_ORG, ADMIN_PASSWORD and, unless it is `admin`, ADMIN_USER.
 *
 * @returns undefined without ADMIN_ORG: nobody is to be entered
 * @throws ConfigurationError with every mistake at once
 */
export function readAdministrator(env: Environment): Administrator | undefined {
  const read = new EnvironmentReader(env);
  const orgId = read.text('ADMIN_ORG');
  if (orgId === undefined) return undefined;
  const id = read.matching('ADMIN_USER', /^[\p{L}\p{N}._-]{1,100}$/u, 'a name of letters, digits, dots, dashes and underscores') ?? 'admin';
  const password = read.required('ADMIN_PASSWORD');
  const { min, max } = PASSWORD_LENGTH;
  if (password !== '' && (password.length < min || password.length > max)) read.mistake(`ADMIN_PASSWORD has ${password.length} characters but must have ${min} to ${max}`);
  if (read.mistakes.length > 0) throw new ConfigurationError(read.mistakes);
  return { id, orgId, password };
}

/**
 * Enters the administrator where the record has no user at all; a record with users is left as it is, whatever their passwords.
 *
 * @returns whether the administrator was entered
 * @throws StartupError when the organisation does not exist
 */
export async function enterAdministrator(databaseUrl: string, { id, orgId, password }: Administrator): Promise<boolean> {
  const pool = connect(databaseUrl, 1);
  try {
    return await insertFirstUser(pool, { id, orgId, roles: ['admin'] }, await hashPassword(password));
  } catch (error) {
    if (systemCode(error) !== FOREIGN_KEY_VIOLATION) throw error;
    throw new StartupError(`ADMIN_ORG is "${orgId}", but there is no such organisation in policies/reference/organisations.json.`, { cause: error });
  } finally {
    await pool.end();
  }
}
