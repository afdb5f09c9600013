import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { Db } from './db';

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
const CLEAR = { name: 'clearScope', text: `select set_config('bihuan.scope', '', false), set_config('bihuan.users', '', false), set_config('bihuan.applicant', '', false)` };

/**
 * The record behind its second wall: whatever is asked for, the database answers with rows of the scope only.
 *
 * The scope belongs to a connection for as long as it is in one person's hands: set when it is taken, before anything is
 * asked, and cleared before anybody else can have it.
 */
export class ScopedRecords {
  /** @param pool whose connections are of the role that sees nothing by itself */
  constructor(private readonly pool: Pool) {}

  /** The record as one person may see it; for one request. */
  of(scope: Scope): Db {
    return new ScopedConnection(this.pool, scope);
  }
}

/**
 * Queries that follow each other without a pause share one connection, so that a request pays for its scope once; a request
 * that waits for something else meanwhile has none.
 */
class ScopedConnection implements Db {
  private taken: Promise<PoolClient> | undefined;
  private running = 0;

  constructor(
    private readonly pool: Pool,
    private readonly scope: Scope,
  ) {}

  async query<Row extends QueryResultRow = QueryResultRow>(statement: string | QueryConfig, values?: unknown[]): Promise<QueryResult<Row>> {
    this.running += 1;
    try {
      const client = await (this.taken ??= this.take());
      return await client.query<Row>(statement, values);
    } finally {
      this.running -= 1;
      if (this.running === 0) setImmediate(() => this.giveBack());
    }
  }

  private async take(): Promise<PoolClient> {
    const { orgPath, users, applicant = '' } = this.scope;
    if (orgPath !== '' && applicant !== '') throw new RangeError('nobody is of a union and an applicant in one request');
    if (users.some((user) => user.includes(','))) throw new RangeError('a user name holds a comma, which separates them');
    const client = await this.pool.connect();
    try {
      await client.query({ ...SET, values: [orgPath, users.join(','), applicant] });
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** Nobody waits for this; a connection that cannot be cleared is closed and not given on. */
  private giveBack(): void {
    const { taken } = this;
    if (this.running > 0 || taken === undefined) return;
    this.taken = undefined;
    taken
      .then(async (client) => {
        const isCleared = await client.query(CLEAR).then(
          () => true,
          () => false,
        );
        client.release(!isCleared);
      })
      .catch(() => undefined); // it could not be taken at all, as whoever asked was told
  }
}
