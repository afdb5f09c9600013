import { randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { readIfThere } from '../infra/data-dir';
import { connect, type Db } from '../store/db';
import { SERVICE_ROLE, USER_ROLE } from '../store/database-roles';

/** File of the data directory with the passwords that were made for the embedded PostgreSQL. */
export const DATABASE_LOGINS = 'database-logins';

/** The record by its two ways in. */
export interface DatabaseUrls {
  /** As the service itself. */
  service: string;
  /** As whoever the API reads for. */
  people: string;
}

interface Passwords {
  service: string;
  people: string;
}

/** Makes the logins of API and worker in the embedded PostgreSQL, each a member of its role and of nothing else; safe to repeat. */
export async function provideLogins(dataDir: string, ownerUrl: string): Promise<DatabaseUrls> {
  const passwords = providePasswords(join(dataDir, DATABASE_LOGINS));
  const pool = connect(ownerUrl, 1);
  try {
    return {
      service: await provideLogin(pool, ownerUrl, `${SERVICE_ROLE}_login`, SERVICE_ROLE, passwords.service),
      people: await provideLogin(pool, ownerUrl, `${USER_ROLE}_login`, USER_ROLE, passwords.people),
    };
  } finally {
    await pool.end();
  }
}

async function provideLogin(db: Db, ownerUrl: string, login: string, role: string, password: string): Promise<string> {
  const name = escapeIdentifier(login);
  const { rowCount } = await db.query('select from pg_roles where rolname = $1', [login]);
  await db.query(`${rowCount === 0 ? 'create' : 'alter'} role ${name} login nosuperuser nobypassrls nocreatedb nocreaterole password ${escapeLiteral(password)}`);
  await db.query(`grant ${role} to ${name} with inherit true, set true`);
  const url = new URL(ownerUrl);
  url.username = login;
  url.password = password;
  return url.toString();
}

/** Written aside and renamed, readable for this user alone. */
function providePasswords(file: string): Passwords {
  const known = readIfThere(file);
  if (known !== undefined) return JSON.parse(known) as Passwords;
  const passwords = { service: randomBytes(24).toString('base64url'), people: randomBytes(24).toString('base64url') };
  writeFileSync(`${file}.unfinished`, JSON.stringify(passwords), { mode: 0o600 });
  renameSync(`${file}.unfinished`, file);
  return passwords;
}
