import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { migrate } from '../../../store/migrate';
import { olderRecord, type OlderRecord } from '../given/older-record';

let record: OlderRecord;
let pool: Pool;

beforeAll(async () => {
  record = await olderRecord('0015');
  ({ pool } = record);
});
afterAll(() => record.drop());

async function givenCommand(given: { operation: string; state: string; isOfCase: boolean }): Promise<string> {
  const id = randomUUID();
  await pool.query(
    `insert into command (id, case_id, operation, actor, idempotency_key, body, body_digest, state, refusals) values ($1, $1, $2, 'clerk', $1::uuid::text, 'sealed', 'digest', $3, '[{"code": "X"}]')`,
    [id, given.operation, given.state],
  );
  await pool.query(`insert into case_key (case_id, profile, master_key_id, wrapped) values ($1, 'intl', 'one', 'wrapped')`, [id]);
  if (given.isOfCase) await pool.query(`insert into case_opening (case_id, start) values ($1, '{}')`, [id]);
  return id;
}

async function leftOf(id: string): Promise<string> {
  const { rows } = await pool.query<{ left: string }>(
    `select concat_ws(' ', state, convert_from(body, 'utf8'), body_digest, refusals #>> '{0,code}', (select 'key' from case_key k where k.case_id = c.case_id)) as left from command c where id = $1`,
    [id],
  );
  return rows[0]?.left ?? 'gone';
}

/** A case in whose rows words are sealed, as a list has brought it. */
async function givenSealedWords(isDestroyed: boolean): Promise<string> {
  const id = await givenCommand({ operation: 'importFile', state: 'accepted', isOfCase: true });
  await pool.query(`update command set idempotency_key = 'file-import:org:0123abcd', actor = $2 where id = $1`, [id, isDestroyed ? 'one' : 'other']);
  await pool.query(`insert into reveal (id, case_id, field, user_id, reason) values ($1, $1, 'applicant.phone', 'clerk', 'why')`, [id]);
  await pool.query(`insert into personal_data_export (id, case_id, member_no, requested_by, user_id, org_id, reason) values ($1, $1, 1, 'person', 'clerk', 'org', 'why')`, [id]);
  await pool.query(`insert into service_rating (case_id, score, comment, rated_by) values ($1, 4, 'well', 'applicant:one')`, [id]);
  if (isDestroyed) await pool.query('update case_key set wrapped = null, destroyed_at = now() where case_id = $1', [id]);
  return id;
}

async function wordsOf(id: string): Promise<string> {
  const { rows } = await pool.query<{ words: string }>(
    `select concat_ws(' ', convert_from(r.reason, 'utf8'), convert_from(e.reason, 'utf8'), convert_from(s.comment, 'utf8'), c.idempotency_key) as words
       from reveal r join personal_data_export e using (case_id) join service_rating s using (case_id) join command c using (case_id) where case_id = $1`,
    [id],
  );
  return rows[0]?.words ?? 'gone';
}

async function migrated(): Promise<void> {
  await migrate(pool);
  const { rowCount } = await pool.query(`select from schema_migration where name = '0015-nothing-outlives-its-case.sql'`);
  expect(rowCount).toBe(1);
}

test('an upgrade takes away what refused and forgotten openings sent, with their keys, and what destructions have left, and touches nothing of any other case', async () => {
  const refused = await Promise.all(['submitApplication', 'importFile', 'reportRelapse'].map((operation) => givenCommand({ operation, state: 'refused', isOfCase: false })));
  const pending = await givenCommand({ operation: 'importFile', state: 'pending', isOfCase: false });
  const ofCases = [
    await givenCommand({ operation: 'submitApplication', state: 'accepted', isOfCase: true }),
    await givenCommand({ operation: 'submitApplication', state: 'pending', isOfCase: true }),
    await givenCommand({ operation: 'reportRelapse', state: 'refused', isOfCase: true }),
  ];

  const [destroyed, kept] = [await givenSealedWords(true), await givenSealedWords(false)];

  await migrated();

  expect(await Promise.all(refused.map(leftOf))).toEqual(refused.map(() => 'refused  digest X'));
  expect(await leftOf(pending)).toBe('gone');
  const { rowCount } = await pool.query('select from case_key where case_id = any($1)', [[...refused, pending]]);
  expect(rowCount).toBe(0);
  expect(await Promise.all(ofCases.map(leftOf))).toEqual(['accepted', 'pending', 'refused'].map((state) => `${state} sealed digest X key`));
  expect(await wordsOf(destroyed)).toBe(`   file-import:org:${destroyed}`);
  expect(await wordsOf(kept)).toBe('why why well file-import:org:0123abcd');
});
