import { randomUUID } from 'node:crypto';
import { rebuild } from '../../../operations/rebuilding';
import { appendEvents, listEvents, type RecordedEvent } from '../../../store/case-event.store';
import { CaseWalk } from '../../stack/case-walk';
import { OwnService } from '../../stack/own-service';
import { faultsInEngine, faultsOfRecord, timesInRecord } from '../../stack/record-check';
import { sampleApplications } from '../../stack/sample-application';
import { runOperation } from '../given/operation';

jest.setTimeout(300_000);
const startsAt = '2024-03-04T09:00:00+08:00';
const TIMES_SPOILT = 12;
const sample = sampleApplications(7);

let own: OwnService;
beforeAll(async () => {
  own = await OwnService.start();
});
afterAll(() => own.stop());

/** Every derived row of a case as bytes; of tasks all but the holder's columns. */
async function derivedRows(caseId: string): Promise<string[]> {
  const { rows } = await own.pool.query<{ line: string }>(
    `select 'case ' || c::text as line from hardship_case c where id = $1
      union all select 'task ' || row(id, case_id, case_number, command, kind, role, org_id, since, due_on, closed_at)::text from task where case_id = $1
      union all select 'disbursement ' || d::text from disbursement d where case_id = $1
      union all select 'item ' || i::text from disbursement_item i join disbursement d on d.id = i.disbursement_id where case_id = $1
      union all select 'sync ' || s::text from sync_request s where case_id = $1
      union all select 'told ' || n::text from notification n where case_id = $1 order by line`,
    [caseId],
  );
  return rows.map(({ line }) => line);
}

async function corrupt(sql: string, ...values: unknown[]): Promise<void> {
  const { rowCount } = await own.pool.query(sql, values);
  expect(rowCount).toBeGreaterThan(0);
}

function submitted(howMany: number): Promise<CaseWalk[]> {
  return Promise.all(Array.from({ length: howMany }, () => CaseWalk.submit(own.client, sample({ startsAt }))));
}

test('a read model that was spoilt in every table is the same as before to the byte after a rebuild, and whoever held a task holds it', async () => {
  const [rich, waiting, lost] = (await submitted(3)) as [CaseWalk, CaseWalk, CaseWalk];
  await Promise.all([rich.untilState('active'), waiting.untilState('visit'), lost.untilState('visit')]);
  const task = (await waiting.now()).awaiting.find(({ command }) => command === 'recordVisit')?.task;
  await own.client.done({ operation: 'claimTask', as: waiting.clerk, input: { taskId: task } });
  const walks = [rich, waiting, lost];
  const before = await Promise.all(walks.map(({ caseId }) => derivedRows(caseId)));
  expect(before[0]!.map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining(['case', 'task', 'disbursement', 'item', 'sync', 'told']));

  await corrupt(`update hardship_case set state = 'closed', record = jsonb_set(record, '{household}', '{}') where id = $1`, rich.caseId);
  await corrupt(`update disbursement_item set amount_fen = amount_fen + 1 where disbursement_id in (select id from disbursement where case_id = $1)`, rich.caseId);
  await corrupt('delete from notification where case_id = $1', rich.caseId);
  await corrupt('delete from sync_request where case_id = $1', rich.caseId);
  await corrupt('delete from task where case_id = $1', rich.caseId);
  await corrupt(`insert into notification (case_id, seq, kind, text, told_on) values ($1, 999, 'paid', '-', '2024-01-01')`, rich.caseId);
  await corrupt(`update task set role = 'treasurer', case_number = 'A-1', due_on = '2020-01-01' where id = $1`, task);
  await corrupt(
    `insert into task (id, case_id, case_number, command, role, org_id, since) select gen_random_uuid(), $1, case_number, 'postNotice', 'clerk', org_id, since from task where id = $2`,
    waiting.caseId,
    task,
  );
  await corrupt('delete from hardship_case where id = $1', lost.caseId);
  await corrupt('update task set closed_at = now() where case_id = $1 and closed_at is null', lost.caseId);

  const check = await runOperation('rebuild', own.dataDir, '--check', '--json');
  expect(check.exitCode).toBe(1);
  expect((JSON.parse(check.stdout) as { differing: { caseId: string }[] }).differing.map(({ caseId }) => caseId).sort()).toEqual(walks.map(({ caseId }) => caseId).sort());
  expect(await derivedRows(lost.caseId)).not.toEqual(before[2]);

  const done = await runOperation('rebuild', own.dataDir);
  expect(done.exitCode).toBe(0);
  expect(done.stdout).toContain('3 differed (3 rebuilt), 0 cannot be folded');
  expect(done.stdout).toMatch(/task: other than awaited recordVisit; task: open although nobody awaits it postNotice/);
  const after = await Promise.all(walks.map(({ caseId }) => derivedRows(caseId)));
  const isOfNobody = (line: string) => line.includes('postNotice') && line.includes(waiting.caseId);
  expect(after.map((lines) => lines.filter((line) => !isOfNobody(line)))).toEqual(before);
  expect((await own.pool.query('select claimed_by as "claimedBy" from task where id = $1', [task])).rows).toEqual([{ claimedBy: waiting.clerk }]);
  expect(await runOperation('rebuild', own.dataDir, '--check')).toMatchObject({ exitCode: 0 });
  await lost.untilState('preliminaryReview');
});

test('while cases move, rows that are spoilt again and again are set right, and no command that was answered is lost', async () => {
  const walks = await submitted(6);
  const caseIds = walks.map(({ caseId }) => caseId);
  let isMoving = true;
  let spoilt = 0;
  const spoil = async () => {
    for (; isMoving; spoilt++) {
      const caseId = caseIds[spoilt % caseIds.length];
      // What a step reads of its own case is its record; one that was spoilt would be a fault of the steps to come.
      if (spoilt % 3 === 0) await own.pool.query(`update hardship_case set state = 'closed', owner_org_id = 'wx' where id = $1`, [caseId]);
      else if (spoilt % 3 === 1) await own.pool.query('delete from task where case_id = $1 and closed_at is null', [caseId]);
      else await own.pool.query('delete from hardship_case where id = $1', [caseId]);
      const report = await rebuild(own.pool, { check: false });
      expect([report.refused, report.failed]).toEqual([[], []]);
    }
  };
  const spoiling = spoil();
  const paper = { items: [{ kind: 'studentCard' }] };
  const busy = async (walk: CaseWalk) => {
    while (spoilt < TIMES_SPOILT) await againWhenGone(() => walk.does('addMaterials', walk.clerk, paper));
    await againWhenGone(() => walk.untilState('upperReview'));
  };
  const moved = await Promise.allSettled(walks.map(busy));
  isMoving = false;
  await spoiling;
  expect(moved.filter(({ status }) => status === 'rejected')).toEqual([]);

  await rebuild(own.pool, { check: false });
  const check = await rebuild(own.pool, { check: true });
  expect({ ...check, looked: 0 }).toEqual({ looked: 0, differing: [], rebuilt: 0, refused: [], failed: [] });
  for (const caseId of caseIds) expect(await faultsOfRecord(own.pool, caseId)).toEqual([]);
  expect(await faultsInEngine(own.pool, await own.keys(), own.service.temporal, caseIds)).toEqual([]);
  for (const walk of walks) {
    const added = walk.acknowledged.filter(({ operation }) => operation === 'addMaterials');
    expect(added.length).toBeGreaterThan(TIMES_SPOILT / 2);
    expect(await Promise.all(added.map(({ as, key }) => timesInRecord(own.pool, as, key, 'materialsAdded')))).toEqual(added.map(() => 1));
    expect((await walk.now()).state).toBe('upperReview');
  }
});

/** A case whose row has just been taken away is unknown for a moment: its clerk asks again. */
async function againWhenGone(act: () => Promise<unknown>): Promise<void> {
  for (let attempts = 0; ; attempts++) {
    try {
      await act();
      return;
    } catch (error) {
      const isSpoilt = error instanceof Error && /NOT_FOUND|ENGINE_UNAVAILABLE|NOT_AWAITED|no plain way/.test(error.message);
      if (!isSpoilt || attempts === 200) throw error;
    }
  }
}

test('a case whose events were tampered with is reported with the event, and nothing of it is written', async () => {
  const [changed, shortened, gone] = (await submitted(3)) as [CaseWalk, CaseWalk, CaseWalk];
  await Promise.all([changed, shortened, gone].map((walk) => walk.untilState('visit')));
  // As somebody with the database's own password would: past the trigger that keeps events from being changed.
  await own.pool.query('alter table case_event disable trigger user');
  await corrupt(`update case_event set data = data || '{"signedOn": "2020-01-01"}' where case_id = $1 and type = 'authorizationSigned'`, changed.caseId);
  await corrupt('delete from case_event where case_id = $1 and seq = (select max(seq) from case_event where case_id = $1)', shortened.caseId);
  await corrupt('delete from case_event where case_id = $1', gone.caseId);
  await own.pool.query('alter table case_event enable trigger user');
  await corrupt(`update hardship_case set state = 'closed' where id = any($1)`, [changed.caseId, shortened.caseId, gone.caseId]);
  const before = await Promise.all([changed, shortened, gone].map(({ caseId }) => derivedRows(caseId)));
  const senseless = await appendedWithoutUnion(shortened.caseId);

  const { exitCode, stdout } = await runOperation('rebuild', own.dataDir, '--json');
  expect(exitCode).toBe(1);
  const { refused } = JSON.parse(stdout) as { refused: { caseId: string; fault: string }[] };
  const faultOf = ({ caseId }: CaseWalk) => refused.find((one) => one.caseId === caseId)?.fault;
  expect(faultOf(changed)).toMatch(/^event \d+ is not what was written$/);
  expect(faultOf(shortened)).toMatch(/^its events end at \d+, but version \d+ was once answered$/);
  expect(faultOf(gone)).toBe('it has no events');
  expect(refused.find(({ caseId }) => caseId === senseless)?.fault).toMatch(/^it cannot be folded \(null value in column "grassroots_org_id"/);
  expect(await Promise.all([changed, shortened, gone].map(({ caseId }) => derivedRows(caseId)))).toEqual(before);
});

/** A case whose only event has its right hash, and makes no case: no union is named in it. */
async function appendedWithoutUnion(likeCaseId: string): Promise<string> {
  const [like] = await listEvents(own.pool, likeCaseId, { limit: 1 });
  const { recordedAt, ...event } = like as RecordedEvent & { type: 'applicationSubmitted' };
  const caseId = randomUUID();
  const territory = { ...event.territory, grassrootsOrgId: null as unknown as string };
  await appendEvents(own.pool, caseId, [{ ...event, caseId, territory }]);
  return caseId;
}

test('without a service the tool says how to name one', async () => {
  const { exitCode, stderr } = await runOperation('rebuild', `/tmp/nobody-${randomUUID()}`);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^Nothing runs on DATA_DIR .+ Start it with "npm start", or name a running service by DATA_DIR, or by DATABASE_URL and TEMPORAL_ADDRESS\.\n$/);
});
