import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { Keyring } from '../../../security/keyring';
import { findHolder, getPrivate, idIndexesOf, type CasePrivate } from '../../../store/case-private.store';
import { bodyDigest, findBodies } from '../../../store/command.store';
import { CASES_HAVE_APPLICANTS, indexApplicants } from '../../../store/case-applicant.store';
import { findBatch, findImportedBefore, listRows } from '../../../store/file-import.store';
import { canonical } from '../../../store/event-hash';
import { migrate, pendingMigrations } from '../../../store/migrate';
import { openRecordKeys, type RecordKeys } from '../../../store/record-keys';
import { PLAIN_COLUMNS_GO, sealRecord } from '../../../store/seal-record.store';
import { canariesInRecord } from '../../security/canaries';
import { olderRecord, type OlderRecord } from '../given/older-record';

const CASES = 1_200;
const ORG = 'sealing-org';
const CANARIES = ['夏侯', '13711110000', '620000777', '钟离路', '上官家属', '公孙联络', '闻人档', '濮阳.xlsx', '990200000000'];

const provider = new Keyring({ current: 'one', keys: new Map([['one', Buffer.alloc(32, 11)]]), isDevelopment: false }, 'intl');
let record: OlderRecord;
let pool: Pool;

const idNumberOf = (n: number) => `990200${String(n).padStart(12, '0')}`;
const caseIdOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const personalOf = (n: number): CasePrivate => ({
  applicant: { name: `夏侯${n}`, idNumber: idNumberOf(n), phone: '13711110000', unionMember: true, employmentStatus: 'employed' },
  employer: null,
  residence: { regionCode: '320213', address: `钟离路${n}号` },
  members: [{ memberNo: 1, name: `夏侯${n}`, idNumber: idNumberOf(n) }, { memberNo: 2, name: '上官家属', idNumber: idNumberOf(n + 500_000) }],
  bankAccount: n % 2 === 0 ? { holderName: `夏侯${n}`, bankName: '示例银行', cardNumber: `620000777${n}` } : null,
  contactPerson: n % 3 === 0 ? '公孙联络' : null,
});
const plainDigest = (body: unknown) => createHash('sha256').update(canonical({ operation: 'importFile', caseId: undefined, body })).digest('hex');

/** A record as the release before had it, full of readable rows. */
beforeAll(async () => {
  record = await olderRecord('0007', 4);
  ({ pool } = record);
  await pool.query(`insert into organisation (id, name, level, kind, path) values ($1, 'Sealing', 'county', 'county', $1 || '/')`, [ORG]);
  await pool.query(`insert into app_user (id, org_id, roles, password_hash, is_demo) values ('sealer', $1, '{handler}', 'none', false)`, [ORG]);
  for (let n = 1; n <= CASES; n++) {
    const personal = personalOf(n);
    const body = { applicant: personal.applicant, residence: personal.residence };
    const digest = plainDigest(body);
    await pool.query(
      `with p as (insert into case_private (case_id, applicant, employer, residence, members, bank_account, applicant_name, contact_person) values ($1, $2, null, $3, $4, $5, $6, $7)),
            h as (insert into household_claim (id_number, case_id) values ($8, $1)),
            o as (insert into case_opening (case_id, start, started_at) values ($1, '{}', now()))
       insert into command (id, case_id, operation, actor, idempotency_key, body, body_digest, state, result_version)
       values ($1, $1, 'importFile', 'sealer', 'file-import:' || $11 || ':' || $10, $9, $10, 'accepted', 1)`,
      [caseIdOf(n), personal.applicant, personal.residence, JSON.stringify(personal.members), personal.bankAccount, personal.applicant.name, personal.contactPerson, personal.applicant.idNumber, body, digest, ORG],
    );
  }
  await pool.query(`insert into disbursement_account (disbursement_id, case_id, bank_account) values ($1, $1, $2)`, [caseIdOf(2), personalOf(2).bankAccount]);
  await pool.query(`insert into file_import_batch (id, org_id, uploaded_by, file_name, headers, row_count) values ($1, $2, 'sealer', '濮阳.xlsx', $3, 3)`, [
    caseIdOf(1),
    ORG,
    { householdHeaders: ['姓名'], memberHeaders: [], ignoredHeaders: [] },
  ]);
  const row = `insert into file_import_row (batch_id, ordinal, sheet, row_number, body, cells, file_number, problems, member_row_numbers, result, reasons) values ($1, $2, 'household', $2, $3, $4, $5, '[]', '{}', $6, '[]')`;
  await pool.query(row, [caseIdOf(1), 1, { applicant: '夏侯排队' }, { row: ['夏侯排队'], members: [] }, '闻人档1', null]);
  await pool.query(row, [caseIdOf(1), 2, null, { row: ['夏侯有误'], members: [] }, '闻人档2', 'refused']);
  await pool.query(row, [caseIdOf(1), 3, null, null, null, 'imported']);
  await pool.query(`update file_import_batch set finished_at = null`);
});
afterAll(() => record.drop());

/** Whether a text can be read in the files of a table, rows that nobody sees any more included. */
async function isOnDisk(table: string, text: string): Promise<boolean> {
  await pool.query('checkpoint');
  const { rows } = await pool.query<{ found: boolean }>(`select position($2::bytea in pg_read_binary_file(pg_relation_filepath($1))) > 0 as found`, [table, Buffer.from(text)]);
  return rows[0]?.found ?? false;
}

class PowerCut extends Error {}

/** Prepares the record as a start does; `progress` may end it. */
async function start(progress: () => void): Promise<void> {
  const keys = () => openRecordKeys(pool, provider, 'intl');
  await migrate(pool, {
    [PLAIN_COLUMNS_GO]: async () => sealRecord(pool, await keys(), progress),
    [CASES_HAVE_APPLICANTS]: async () => indexApplicants(pool, await keys()),
  });
}

test('what an older release kept readable is sealed, however often that is cut off, and then neither in a row nor on the disk', async () => {
  expect(await canariesInRecord(pool, CANARIES)).toEqual(expect.arrayContaining(['public.case_private: 夏侯', 'public.command: 钟离路', 'public.file_import_batch: 濮阳.xlsx', 'public.household_claim: 990200000000']));
  expect(await isOnDisk('case_private', '夏侯7')).toBe(true);

  // Cut off after the first hundreds of rows, then after some more, until nothing is left to be cut off.
  let cuts = 0;
  for (let isDone = false, steps = 1; !isDone; steps += 2) {
    let left = steps;
    isDone = await start(() => {
      if (--left === 0) throw new PowerCut();
    }).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof PowerCut)) throw error;
        cuts++;
        return false;
      },
    );
  }
  expect(cuts).toBeGreaterThan(2);
  expect(await pendingMigrations(pool)).toEqual([]);
  expect(await canariesInRecord(pool, CANARIES)).toEqual([]);
  for (const table of ['case_private', 'command', 'household_claim', 'file_import_row', 'file_import_batch', 'disbursement_account']) {
    for (const canary of ['夏侯', '990200000000', '闻人', '濮阳']) expect([table, canary, await isOnDisk(table, canary)]).toEqual([table, canary, false]);
  }
});

describe('afterwards', () => {
  let keys: RecordKeys;
  beforeAll(async () => {
    keys = await openRecordKeys(pool, provider, 'intl');
  });

  test('every case opens as it was, and its persons are still taken by it', async () => {
    for (const n of [1, 2, 3, 500, 501, CASES]) {
      expect(await getPrivate(pool, keys, caseIdOf(n))).toEqual(personalOf(n));
      expect(await findHolder(pool, idIndexesOf(keys.index, [idNumberOf(n)]), randomUUID())).toBe(caseIdOf(n));
    }
    const { rows } = await pool.query<{ n: number }>('select count(*) as n from case_private join case_key using (case_id)');
    expect(rows[0]?.n).toBe(CASES);
  });

  test('every case is known by the two numbers of its applicant', async () => {
    const { rows } = await pool.query<{ caseId: string; index: Buffer }>('select case_id as "caseId", applicant_index as index from case_applicant');
    expect(rows).toHaveLength(CASES);
    const [n, { applicant }] = [500, personalOf(500)];
    expect(rows.find(({ caseId }) => caseId === caseIdOf(n))?.index).toEqual(keys.index.ofApplicant(applicant));
  });

  test('a command that comes again is known by its keyed digest, also the one of an import', async () => {
    const { applicant, residence } = personalOf(9);
    const digest = bodyDigest(keys.index, 'importFile', undefined, { applicant, residence });
    expect(await findImportedBefore(pool, ORG, digest)).toEqual({ caseId: caseIdOf(9), isRecorded: true });
    const { rows } = await pool.query<{ key: string }>('select idempotency_key as key from command where id = $1', [caseIdOf(9)]);
    expect(rows[0]?.key).toBe(`file-import:${ORG}:${digest}`);
    expect((await findBodies(pool, keys, [caseIdOf(9)])).get(caseIdOf(9))).toEqual({ applicant, residence });
  });

  test('an uploaded list goes on where it was', async () => {
    expect(await findBatch(pool, keys, caseIdOf(1), ORG)).toMatchObject({ fileName: '濮阳.xlsx', headers: { householdHeaders: ['姓名'] } });
    const rows = await listRows(pool, keys, caseIdOf(1), 0, 10);
    expect(rows.map(({ fileNumber, cells }) => [fileNumber, cells?.row ?? null])).toEqual([['闻人档1', ['夏侯排队']], ['闻人档2', ['夏侯有误']], [null, null]]);
  });

  test('the index key is made once; when it is gone while there is something sealed, no other takes its place', async () => {
    const again = await openRecordKeys(pool, provider, 'intl');
    expect(again.index.of('name', '夏侯1')).toEqual(keys.index.of('name', '夏侯1'));
    const { rows } = await pool.query<{ wrapped: Buffer }>('delete from index_key returning *');
    await expect(openRecordKeys(pool, provider, 'intl')).rejects.toThrow('no index key');
    expect(rows).toHaveLength(1);
  });
});
