import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { USER_ROLE } from './database-roles';
import { connect, isRecordAway, type Db } from './db';

/** What of the record somebody may see: the subtree of an organisation, less the cases of people near to these users. */
export interface Scope {
  /** Place of the organisation in the tree, from the root down, each id followed by `/`. */
  orgPath: string;
  /** The person, and whom the person stands in for. */
  users: readonly string[];
  /** Instead of a subtree: the index (hex) of an applicant, whose own cases it is then. */
  applicant?: string;
}

/** Row-level security reads these three (store/row-security.ts); empty, they show nothing. */
const SET = {
  name: 'setScope',
  text: `select set_config('bihuan.scope', $1, false), set_config('bihuan.users', $2, false), set_config('bihuan.applicant', $3, false)`,
};

/**
 * The record behind its second wall: whatever is asked for, the database answers with rows of the scope only.
 *
 * Its connections are its own, of the role that sees nothing by itself, and nobody gets at them but through a scope: that is on
 * a connection before anything is asked. It stays there until another one takes its place, for most people ask several times.
 */
export class ScopedRecords {
  private readonly pool: Pool;
  /** Which scope a connection has. */
  private readonly scopes = new WeakMap<PoolClient, string>();

  /** @param connections how many at most */
  constructor(databaseUrl: string, connections: number) {
    this.pool = connect(databaseUrl, connections, USER_ROLE);
  }

  /** The record as one person may see it; for one request. @throws RangeError for what is no scope of one person */
  of({ orgPath, users, applicant = '' }: Scope): Db {
    if (orgPath !== '' && applicant !== '') throw new RangeError('nobody is of a union and an applicant in one request');
    if (users.some((user) => user.includes(','))) throw new RangeError('a user name holds a comma, which separates them');
    const settings = [orgPath, users.join(','), applicant];
    return new ScopedConnection(() => this.take(settings));
  }

  /** Closes the connections, once nobody uses them any more. */
  end(): Promise<void> {
    return this.pool.end();
  }

  private async take(settings: string[]): Promise<PoolClient> {
    const scope = settings.join('\n');
    const client = await this.pool.connect();
    if (this.scopes.get(client) === scope) return client;
    try {
      this.scopes.delete(client); // on the way from one to the other it is nobody's
      await client.query({ ...SET, values: settings });
      this.scopes.set(client, scope);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }
}

/**
 * Queries that follow each other without a pause share one connection; a request that waits for something else meanwhile has
 * none.
 */
class ScopedConnection implements Db {
  private taken: Promise<PoolClient> | undefined;
  private running = 0;
  /** Its connection does not answer any more: nobody else shall wait for it. */
  private isAway = false;

  constructor(private readonly take: () => Promise<PoolClient>) {}

  async query<Row extends QueryResultRow = QueryResultRow>(statement: string | QueryConfig, values?: unknown[]): Promise<QueryResult<Row>> {
    this.running += 1;
    try {
      const client = await (this.taken ??= this.take());
      return await client.query<Row>(statement, values);
    } catch (error) {
      this.isAway ||= isRecordAway(error);
      throw error;
    } finally {
      this.running -= 1;
      if (this.running === 0) setImmediate(() => this.giveBack());
    }
  }

  private giveBack(): void {
    const { taken, isAway } = this;
    if (this.running > 0 || taken === undefined) return;
    this.taken = undefined;
    this.isAway = false;
    taken.then((client) => client.release(isAway)).catch(() => undefined); // it could not be taken at all, as whoever asked was told
  }
}
