import { Pool, types, type PoolClient, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';

/** What a query can be asked of: a pool, one connection inside a transaction, or the record as one person may see it. */
export interface Db {
  query<Row extends QueryResultRow = QueryResultRow>(statement: string | QueryConfig, values?: unknown[]): Promise<QueryResult<Row>>;
}

// A business date is a calendar date, not an instant: it stays the text that it is.
types.setTypeParser(types.builtins.DATE, (text) => text);
types.setTypeParser(types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint column holds more than an exact integer');
  return value;
});

/** A record that does not answer in time is told to the caller, who may try again, instead of being waited for. */
const CONNECT_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 20_000;

/** Network faults, and what PostgreSQL says while it shuts down, starts, or has no connection left. */
const AWAY = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|57P0[123]|08...|53300)$/;
const AWAY_WORDS = /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error/i;

/** Whether an error says that the record cannot be reached, as opposed to an answer of it. */
export function isRecordAway(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown };
  if (Array.isArray(errors)) return errors.some(isRecordAway); // one for each address of the host
  return (typeof code === 'string' && AWAY.test(code)) || (typeof message === 'string' && AWAY_WORDS.test(message));
}

/**
 * A pool of connections to the record. Close it with `end()`.
 *
 * @param role what the connections are from their first query on, whoever signs in: one that may do less. Left out: the login's own.
 */
export function connect(databaseUrl: string, max = 10, role?: string): Pool {
  const stepDown = role === undefined ? {} : { options: `-c role=${role}` };
  const pool = new Pool({ connectionString: databaseUrl, max, connectionTimeoutMillis: CONNECT_WITHIN_MS, query_timeout: ANSWER_WITHIN_MS, ...stepDown });
  // A connection that breaks while idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  // One that breaks between two queries of a transaction belongs to nobody but its holder: the next query says so.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Runs `work` in one transaction: all of it is written, or nothing. */
export async function transaction<T>(pool: Pool, work: (db: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // The rollback may fail because the connection is gone; the first error is the one that says why.
    const broken = await client.query('rollback').then(() => false, () => true);
    client.release(broken);
    throw error;
  }
}
