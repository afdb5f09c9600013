import { Client } from 'pg';
import { reasonOf, StartupError } from '../errors';
import { databaseOf } from '../postgres/databases';

/** Any number that is always the same: "Bihuan engine". */
const LOCK_KEY = 7_243_100_317;

/**
 * Takes the engine's database for one server and clears the list of servers that ran on it before.
 *
 * A Temporal server joins the cluster whose members its database lists. Those of the last run are gone, or
 * their ports are by now somebody else's: without this a restart answers "Not enough hosts" for a minute.
 * @param url of the engine's main database, with its schema
 * @returns gives the database back
 * @throws StartupError when another stack runs its engine on the same database
 */
export async function claimEngineDatabase(url: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: url, keepAlive: true });
  // A session lock: it goes with the connection. Losing that later means losing the database, which the
  // engine itself reports better.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ claimed: boolean }>('select pg_try_advisory_lock($1) as claimed', [LOCK_KEY]);
    if (rows[0]?.claimed !== true) throw new StartupError(`Another stack already runs its Temporal server on the database "${databaseOf(url)}"; name another database in DATABASE_URL.`);
    await client.query('delete from cluster_membership');
    return () => client.end();
  } catch (error) {
    await client.end();
    if (error instanceof StartupError) throw error;
    throw new StartupError(`The database "${databaseOf(url)}" of the Temporal server cannot be used (${reasonOf(error)}).`, { cause: error });
  }
}
