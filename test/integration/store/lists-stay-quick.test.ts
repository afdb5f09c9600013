import { randomUUID } from 'node:crypto';
import { migrate } from '../../../store/migrate';
import { olderRecord, type OlderRecord } from '../given/older-record';

let record: OlderRecord;
beforeAll(async () => {
  record = await olderRecord('0016');
});
afterAll(() => record.drop());

test('an upgrade gives every task the number of its case, and one whose case is gone the id that is known of it', async () => {
  const { pool } = record;
  const [caseId, gone] = [randomUUID(), randomUUID()];
  await pool.query(`insert into organisation (id, name, level, kind, path) values ('org', 'Union', 'county', 'county', 'org/')`);
  await pool.query(`insert into hardship_case (id, number, version, state, grassroots_org_id, record) values ($1, 'ORG-2024-000001', 1, 'visit', 'org', '{}')`, [caseId]);
  await pool.query(
    `insert into task (id, case_id, command, role, org_id, since, closed_at)
     select gen_random_uuid(), id::uuid, command, 'clerk', 'org', '2024-03-04', closed_at
       from (values ($1, 'acceptApplication', now()), ($1, 'recordVisit', null), ($2, 'recordVisit', null)) v (id, command, closed_at)`,
    [caseId, gone],
  );

  await migrate(pool);

  const { rows } = await pool.query<{ said: string }>(`select command || ' ' || case_number as said from task`);
  expect(rows.map(({ said }) => said).sort()).toEqual(['acceptApplication ORG-2024-000001', 'recordVisit ORG-2024-000001', `recordVisit ${gone}`].sort());
});
