import { Client, escapeIdentifier } from 'pg';
import { reasonOf, StartupError, systemCode } from '../errors';

/**
 * Creates the databases that do not exist yet on the server of `url`.
 * @throws StartupError when the server cannot be reached or refuses
 */
export async function ensureDatabases(url: string, names: readonly string[]): Promise<void> {
  await withClient(await maintenanceUrl(url), async (client) => {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    const existing = new Set(rows.map((row) => row.datname));
    for (const name of names.filter((candidate) => !existing.has(candidate))) {
      await createDatabase(client, name);
    }
  });
}

/** The URL of another database on the same server. */
export function urlOfDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.toString();
}

/** The name of the database a URL points to. */
export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/**
 * Runs `work` on one connection of its own and closes it.
 * @throws StartupError when the server cannot be reached
 */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  client.on('error', () => undefined); // a lost connection also fails the query that waits on it
  try {
    await client.connect();
  } catch (error) {
    throw new StartupError(`The PostgreSQL at ${new URL(url).host} cannot be used (${reasonOf(error)}).`, { cause: error });
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

// A database that is yet to be created cannot be connected to; every server has "postgres".
async function maintenanceUrl(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  try {
    await client.connect();
    return url;
  } catch (error) {
    if (systemCode(error) === '3D000') return urlOfDatabase(url, 'postgres');
    throw new StartupError(`The PostgreSQL at ${new URL(url).host} cannot be used (${reasonOf(error)}).`, { cause: error });
  } finally {
    await client.end();
  }
}

async function createDatabase(client: Client, name: string): Promise<void> {
  try {
    await client.query(`create database ${escapeIdentifier(name)}`);
  } catch (error) {
    if (systemCode(error) === '42P04') return; // somebody else has just created it
    throw new StartupError(`The database "${name}" could not be created (${reasonOf(error)}); create it by hand or let the user of DATABASE_URL create databases.`, { cause: error });
  }
}
