import type { Pool } from 'pg';
import type { FloorRow } from './messages';

export interface FloorActivities {
  insertRow(row: FloorRow): Promise<void>;
}

/** Safe to run twice, as a local activity has to be. */
export function createFloorActivities(pool: Pool): FloorActivities {
  return {
    async insertRow({ workflowId, seq, facts }) {
      await pool.query({
        name: 'insertFloorRow',
        text: 'insert into bench.floor_row (workflow_id, seq, facts) values ($1, $2, $3) on conflict do nothing',
        values: [workflowId, seq, facts],
      });
    },
  };
}

/** Where the floor's rows go: a schema of its own in the record's database. */
export async function createFloorTable(pool: Pool): Promise<void> {
  await pool.query('create schema if not exists bench');
  await pool.query('create table if not exists bench.floor_row (workflow_id text, seq int, facts jsonb not null, primary key (workflow_id, seq))');
}
