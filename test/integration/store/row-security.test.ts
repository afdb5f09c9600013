import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { OWNER_ROLE, SERVICE_ROLE, USER_ROLE } from '../../../store/database-roles';
import { until } from '../../../infra/until';
import { connect, type Db } from '../../../store/db';
import { PROTECTED } from '../../../store/row-security';
import { ScopedRecords } from '../../../store/scoped-records';
import { QIAOCHENG } from '../given/application';
import { ServiceClient } from '../given/service-client';
import { givenCase, type WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const COUNTY = 'js/wx/wx-liangxi/';
const { databaseUrl } = testStack();
/** As whoever set the database up: sees everything. */
const everything = connect(databaseUrl, 2);
const people = connect(databaseUrl, 1, USER_ROLE);
let own: WalkedCase;
let foreign: WalkedCase;

beforeAll(async () => {
  const client = await ServiceClient.connect(testStack());
  [own, foreign] = await Promise.all([givenCase(client, 'active'), givenCase(client, 'active', { at: QIAOCHENG, figures: 'deep' })]);
  await Promise.all([givenOneOfEach(own, 'wx-liangxi'), givenOneOfEach(foreign, 'bz-qiaocheng')]);
});
afterAll(async () => {
  await people.end();
  await takeBack();
  await everything.end();
});

/** A row of every table that the life of such a case leaves empty: of an empty table any condition gives what it should. */
async function givenOneOfEach({ id }: WalkedCase, orgId: string): Promise<void> {
  const statements: [string, unknown[]][] = [
    [`insert into document (id, case_id, kind, content_type, size_bytes, address, state, uploaded_by, judged_at) values (gen_random_uuid(), $1, 'idCard', 'image/png', 1, encode(sha256($2), 'hex'), 'infected', 'nobody', now())`, [id, id]],
    [`insert into reveal (id, case_id, field, user_id, reason) values (gen_random_uuid(), $1, 'applicant.phone', 'nobody', 'sealed')`, [id]],
    [`insert into legal_hold (id, case_id, reason, placed_by, lifted_by, lifted_at) values (gen_random_uuid(), $1, 'audit', 'nobody', 'nobody', now())`, [id]],
    [`insert into personal_data_export (id, case_id, member_no, requested_by, user_id, org_id, reason) values (gen_random_uuid(), $1, 1, 'person', 'nobody', $2, 'sealed')`, [id, orgId]],
    [`insert into service_rating (case_id, score, rated_by) values ($1, 4, 'applicant:nobody')`, [id]],
    [`insert into destruction (id, case_id, state, proposed_by, decided_by, decided_at) values ($1, $1, 'rejected', 'nobody', 'nobody', now())`, [id]],
    [`insert into destruction_certificate (case_id, destruction_id, number, content, sha256) values ($1, $1, $2, '{}', 'none')`, [id, `XH-${id}`]],
    [`insert into file_import_batch (id, org_id, uploaded_by, content, row_count, finished_at) values ($1, $2, $3, 'sealed', 1, now())`, [id, orgId, `${orgId}.handler`]],
    [`insert into file_import_key (batch_id, profile, master_key_id, destroyed_at) values ($1, 'intl', 'none', now())`, [id]],
    [`insert into file_import_row (batch_id, ordinal, sheet, row_number, member_row_numbers, result, done_at) values ($1, 1, 'household', 2, '{}', 'refused', now())`, [id]],
    [`insert into recusal (user_id, case_id, because) values ($2, $1, 'declared')`, [id, `${orgId}.head`]],
  ];
  for (const [statement, values] of statements) await everything.query(statement, values);
}

/** Past the triggers: nobody else may stumble over what no case has led to. */
async function takeBack(): Promise<void> {
  const ids = [own.id, foreign.id];
  await within(everything, null, async (db) => {
    await db.query('set session_replication_role = replica');
    for (const table of ['document', 'reveal', 'legal_hold', 'personal_data_export', 'service_rating', 'destruction_certificate', 'destruction', 'recusal']) await db.query(`delete from ${table} where case_id = any($1)`, [ids]);
    for (const table of ['file_import_row', 'file_import_key']) await db.query(`delete from ${table} where batch_id = any($1)`, [ids]);
    await db.query('delete from file_import_batch where id = any($1)', [ids]);
  });
}

/** One connection of the people's role with this scope, and nothing of it afterwards. */
async function within<T>(pool: Pool, scope: string | null, work: (db: PoolClient) => Promise<T>, user = ''): Promise<T> {
  const db = await pool.connect();
  try {
    if (scope !== null) await db.query(`select set_config('bihuan.scope', $1, false), set_config('bihuan.users', $2, false)`, [scope, user]);
    return await work(db);
  } finally {
    db.release(true);
  }
}

const tables = async () => (await everything.query<{ name: string }>(`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`)).rows.map(({ name }) => name);
const columnsOf = async (table: string) => (await everything.query<{ name: string }>('select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0', [table])).rows.map(({ name }) => name);
const isReadable = (table: string) => PROTECTED[table]?.people?.includes('select') ?? false;

/** What a county's scope holds of a table, by a query that is not the policy's: from the paths of the unions of each case. */
function ofCounty(table: string): string {
  const unions = `(select id from organisation where left(path, ${COUNTY.length}) = '${COUNTY}')`;
  const cases = `(select id from hardship_case where grassroots_org_id in ${unions} or reviewer_org_id in ${unions} or owner_org_id in ${unions})`;
  switch (table) {
    case 'organisation':
      return `select id::text from organisation where id in ${unions}`;
    case 'hardship_case':
      return `select id::text from hardship_case where id in ${cases}`;
    case 'task':
    case 'file_import_batch':
      return `select id::text from ${table} where org_id in ${unions}`;
    case 'file_import_row':
      return `select (batch_id, ordinal)::text as id from file_import_row where batch_id in (select id from file_import_batch where org_id in ${unions})`;
    case 'file_import_key':
      return `select batch_id::text as id from file_import_key where batch_id in (select id from file_import_batch where org_id in ${unions})`;
    case 'disbursement_item':
      return `select (disbursement_id, payment_id)::text as id from disbursement_item where disbursement_id in (select id from disbursement where case_id in ${cases})`;
    case 'recusal':
      return `select user_id as id from recusal where false`;
    case 'case_applicant': // for the applicants themselves
      return `select case_id::text as id from case_applicant where false`;
    default:
      return `select t.case_id::text || md5(t::text) as id from ${table} t where t.case_id in ${cases}`;
  }
}

/** The same columns, without any condition. */
function bare(table: string): string {
  const [columns = ''] = ofCounty(table).split(/ from /, 1);
  return `${columns} from ${table}${columns.includes('t.case_id') ? ' t' : ''}`;
}

/** Others work with the same record meanwhile: both are asked about one moment of it. */
async function atOneMoment(asOwner: string, asCounty: string): Promise<[string[], string[]]> {
  const idsOf = async (db: PoolClient, query: string) => (await db.query<{ id: string }>(query)).rows.map(({ id }) => id).sort();
  return within(everything, null, async (owner) => {
    await owner.query('begin isolation level repeatable read');
    const { rows } = await owner.query<{ id: string }>('select pg_export_snapshot() as id');
    const seen = await within(people, COUNTY, async (db) => {
      await db.query('begin isolation level repeatable read');
      await db.query(`set transaction snapshot '${rows[0]?.id ?? ''}'`);
      return idsOf(db, asCounty);
    });
    return [await idsOf(owner, asOwner), seen];
  });
}

test('every table of the record has its line', async () => {
  expect((await tables()).filter((table) => !Object.hasOwn(PROTECTED, table))).toEqual([]);
  expect(Object.keys(PROTECTED).filter((table) => !['schema_migration'].includes(table)).sort()).toEqual((await tables()).filter((table) => table !== 'schema_migration'));
});

test('a connection without a scope, and one with an empty one, reads no row of any table', async () => {
  for (const scope of [null, '']) {
    for (const table of await tables()) {
      const read = within(people, scope, (db) => db.query(`select * from ${table}`));
      if (isReadable(table)) expect({ table, rows: (await read).rowCount }).toEqual({ table, rows: 0 });
      else await expect(read).rejects.toThrow('permission denied');
    }
  }
});

/** Not of a county: whom a person is too near to, and what applicants find their cases by. */
const OF_NO_COUNTY = new Set(['case_applicant', 'recusal']);

test('with the scope of a county a query without any predicate gives exactly the rows of that county, of every table', async () => {
  for (const table of (await tables()).filter(isReadable)) {
    const [expected, seen] = await atOneMoment(ofCounty(table), bare(table));
    expect({ table, seen }).toEqual({ table, seen: expected });
    expect({ table, isEmpty: seen.length === 0 }).toEqual({ table, isEmpty: OF_NO_COUNTY.has(table) });
    const { rowCount } = await everything.query(`${bare(table)} limit 1`);
    expect({ table, holds: rowCount }).toEqual({ table, holds: 1 });
  }
});

test('a county sees its own case and no foreign one, whatever is asked; the foreign county the other way round', async () => {
  const seenBy = async (scope: string) => (await within(people, scope, (db) => db.query<{ id: string }>('select case_id as id from case_private where true or $1::text is null', ['x']))).rows.map(({ id }) => id);
  expect(await seenBy(COUNTY)).toContain(own.id);
  expect(await seenBy(COUNTY)).not.toContain(foreign.id);
  expect(await seenBy('ah/bz/bz-qiaocheng/')).toContain(foreign.id);
  expect(await seenBy('ah/bz/bz-qiaocheng/')).not.toContain(own.id);
  // No place of its own: it only begins like one.
  expect(await seenBy('js/wx/wx-liang')).toEqual([]);
  expect(await seenBy('%')).toEqual([]);
});

test('a recused user does not find the case, its tasks or anything of it; others do', async () => {
  await everything.query(`insert into recusal (user_id, case_id, because) values ('wx-liangxi.member3', $1, 'declared') on conflict do nothing`, [own.id]);
  const count = async (user: string, table: string, column = 'case_id') =>
    (await within(people, COUNTY, (db) => db.query(`select from ${table} where ${column} = $1`, [own.id]), user)).rowCount;
  try {
    for (const [table, column] of [['hardship_case', 'id'], ['case_private'], ['case_event'], ['command'], ['notification']] as const) {
      expect({ table, rows: await count('wx-liangxi.member3', table, column) }).toEqual({ table, rows: 0 });
      expect({ table, rows: await count('somebody,wx-liangxi.member3', table, column) }).toEqual({ table, rows: 0 });
      expect(await count('wx-liangxi.member2', table, column)).toBeGreaterThan(0);
    }
  } finally {
    await everything.query(`delete from recusal where user_id = 'wx-liangxi.member3'`);
  }
});

describe('who may write what', () => {
  const appendOnly = Object.keys(PROTECTED).filter((table) => PROTECTED[table]?.appendOnly);

  test.each([OWNER_ROLE, SERVICE_ROLE, USER_ROLE])('nothing that is append-only is changed, deleted or emptied by %s', async (role) => {
    expect(appendOnly).toEqual(['case_event', 'reveal', 'destruction_certificate', 'personal_data_export', 'service_rating', 'auth_event', 'audit_entry', 'audit_checkpoint']);
    const pool = connect(databaseUrl, 1, role);
    try {
      for (const table of appendOnly) {
        const [, column = ''] = await columnsOf(table); // the first one may be an identity
        for (const statement of [`update ${table} set ${column} = ${column}`, `delete from ${table}`, `truncate ${table}`]) {
          await expect(within(pool, COUNTY, (db) => db.query(statement))).rejects.toThrow(/permission denied|append-only/);
        }
      }
    } finally {
      await pool.end();
    }
  });

  test('what a key sealed in them is emptied by the service alone, and not before that key is destroyed', async () => {
    const [id, text] = [randomUUID(), `where case_id = '${own.id}'`];
    await everything.query(`insert into reveal (id, case_id, field, user_id, reason) values ($1, $2, 'applicant.phone', 'wx-liangxi.handler', 'a reason')`, [id, own.id]);
    for (const role of [SERVICE_ROLE, USER_ROLE]) {
      const pool = connect(databaseUrl, 1, role);
      try {
        await expect(within(pool, COUNTY, (db) => db.query(`update reveal set reason = '' ${text}`))).rejects.toThrow(role === SERVICE_ROLE ? 'append-only' : 'permission denied');
        await expect(within(pool, COUNTY, (db) => db.query(`create temporary table case_key as select case_id, now() as destroyed_at from case_key ${text}; update reveal set reason = '' ${text}`))).rejects.toThrow(/append-only|permission denied/);
      } finally {
        await pool.end();
      }
    }
    await expect(everything.query(`update reveal set reason = '' ${text}`)).rejects.toThrow('append-only');
  });

  test('not even by whoever owns the database', async () => {
    await everything.query(`insert into reveal (id, case_id, field, user_id, reason) values (gen_random_uuid(), $1, 'applicant.phone', 'wx-liangxi.handler', 'a reason')`, [own.id]);
    for (const table of appendOnly) {
      await expect(everything.query(`truncate ${table}`)).rejects.toThrow('append-only');
      const { rowCount } = await everything.query(`select from ${table} limit 1`);
      if (rowCount) await expect(everything.query(`delete from ${table}`)).rejects.toThrow('append-only');
    }
  });

  test('a person’s connection writes no case, and no task beyond its scope', async () => {
    for (const statement of ['update hardship_case set state = state', 'delete from task', `insert into command (id) values (gen_random_uuid())`, 'update case_private set sealed = sealed', `select append_audit_entries(array[]::text[])`, 'create table t (a int)', 'select * from app_user', 'select * from session']) {
      await expect(within(people, COUNTY, (db) => db.query(statement))).rejects.toThrow('permission denied');
    }
    const changed = await within(people, COUNTY, (db) => db.query('update task set version = version returning org_id as "orgId"'));
    expect((changed.rows as { orgId: string }[]).filter(({ orgId }) => !orgId.startsWith('wx-liangxi'))).toEqual([]);
  });

  test('nor does it become anybody else when its login is its own', async () => {
    const { rows } = await everything.query<{ member: boolean; super: boolean }>(
      `select pg_has_role('bihuan_api_login', '${SERVICE_ROLE}', 'member') as member, rolsuper or rolbypassrls or rolcreaterole as super from pg_roles where rolname = 'bihuan_api_login'`,
    );
    expect(rows).toEqual([{ member: false, super: false }]);
  });
});

describe('connections that are one person’s after another', () => {
  const scope = { orgPath: COUNTY, users: ['wx-liangxi.handler'] };
  const casesOf = async (db: Db) => (await db.query<{ id: string }>('select id from hardship_case where id = any($1)', [[own.id, foreign.id]])).rows.map(({ id }) => id);

  test('have the scope of whoever asks, whether the request before went well or failed', async () => {
    const records = new ScopedRecords(databaseUrl, 1);
    try {
      for (const [one, cases] of [[scope, [own.id]], [{ ...scope, orgPath: 'ah/bz/bz-qiaocheng/' }, [foreign.id]], [{ orgPath: '', users: [] }, []], [scope, [own.id]]] as const) {
        expect(await casesOf(records.of(one))).toEqual(cases);
        await expect(records.of(one).query('select 1 / 0')).rejects.toThrow('division by zero');
      }
    } finally {
      await records.end();
    }
  });

  test('are told of a scope once for as long as the same person asks', async () => {
    const records = new ScopedRecords(databaseUrl, 1);
    try {
      expect(await casesOf(records.of(scope))).toEqual([own.id]);
      // Another scope behind its back: whoever would be told of theirs anew would not see it.
      await records.of(scope).query(`select set_config('bihuan.scope', 'ah/', false)`);
      expect(await casesOf(records.of(scope))).toEqual([foreign.id]);
      expect(await casesOf(records.of({ ...scope, users: ['wx-liangxi.clerk'] }))).toEqual([own.id]);
    } finally {
      await records.end();
    }
  });

  test('that do not answer any more are nobody’s', async () => {
    const records = new ScopedRecords(databaseUrl, 1);
    try {
      const pidOf = async (db: Db) => (await db.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
      const pid = await pidOf(records.of(scope));
      const waits = records.of(scope).query('select pg_sleep(60)');
      await Promise.all([expect(waits).rejects.toThrow('terminat'), until(async () => (await everything.query(`select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and query like '%pg_sleep%'`, [pid])).rowCount || undefined, { withinMs: 10_000 })]);
      expect(await pidOf(records.of(scope))).not.toBe(pid);
      expect(await casesOf(records.of(scope))).toEqual([own.id]);
    } finally {
      await records.end();
    }
  });

  test('are never two people’s at once: requests that come together each see their own', async () => {
    const records = new ScopedRecords(databaseUrl, 2);
    const paths = [COUNTY, 'ah/bz/bz-qiaocheng/', 'js/wx/wx-xishan/', 'ah/'];
    try {
      await Promise.all(
        Array.from({ length: 80 }, async (_, index) => {
          const orgPath = paths[index % paths.length] ?? '';
          const db = records.of({ orgPath, users: [`user-${index}`] });
          for (let again = 0; again < 3; again++) {
            const { rows } = await db.query<{ path: string }>('select path from organisation');
            expect(rows.filter(({ path }) => !path.startsWith(orgPath))).toEqual([]);
            expect(rows.length).toBeGreaterThan(0);
            if (index % 7 === again) await expect(db.query('select no_such_column')).rejects.toThrow('does not exist');
          }
        }),
      );
    } finally {
      await records.end();
    }
  });

  test('are kept by a request that asks without a pause, and others wait', async () => {
    const records = new ScopedRecords(databaseUrl, 1);
    try {
      const answered: string[] = [];
      const db = records.of(scope);
      const first = db.query('select 1');
      const other = records.of({ ...scope, users: ['other'] }).query('select 1').then(() => answered.push('other'));
      await first;
      for (const asked of ['1', '2', '3', '4']) await db.query('select 1').then(() => answered.push(asked));
      await other;
      expect(answered).toEqual(['1', '2', '3', '4', 'other']);
    } finally {
      await records.end();
    }
  });

  test('a user name that could pass for two is refused', async () => {
    const records = new ScopedRecords(databaseUrl, 1);
    expect(() => records.of({ orgPath: COUNTY, users: ['a,b'] })).toThrow('comma');
    await records.end();
  });
});
