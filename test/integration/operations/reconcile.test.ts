import { randomUUID } from 'node:crypto';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { until } from '../../../infra/until';
import type { Examined } from '../../../operations/check';
import type { ReconcileReport } from '../../../operations/reconciling';
import { CASE_TASK_QUEUE, caseWorkflowId, caseWorkflowType } from '../../../workflows/case/messages';
import { CaseWalk } from '../../stack/case-walk';
import { OwnService } from '../../stack/own-service';
import { faultsInEngine, faultsOfRecord } from '../../stack/record-check';
import { sampleApplications } from '../../stack/sample-application';
import { runOperation, type ToolRun } from '../given/operation';

jest.setTimeout(300_000);
const startsAt = '2024-03-04T09:00:00+08:00';
const sample = sampleApplications(8);

let own: OwnService;
beforeAll(async () => {
  own = await OwnService.start();
});
afterAll(() => own.stop());

function submit(): Promise<CaseWalk> {
  return CaseWalk.submit(own.client, sample({ startsAt }));
}

async function inEngine<T>(work: (client: Client, connection: Connection) => Promise<T>): Promise<T> {
  const { address, namespace } = own.service.temporal;
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection, namespace }), connection);
  } finally {
    await connection.close();
  }
}

/** As after the loss of the engine's database, for one case. */
async function forgetInEngine(caseId: string): Promise<void> {
  const workflowId = caseWorkflowId(caseId);
  const { namespace } = own.service.temporal;
  await inEngine(async (client, { workflowService }) => {
    await workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } });
    const isGone = async () => {
      try {
        await client.workflow.getHandle(workflowId).describe();
        return undefined;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return true;
        throw error;
      }
    };
    await until(isGone, { withinMs: 30_000, everyMs: 100 });
  });
}

function statusOf(workflowId: string): Promise<string> {
  return inEngine(async (client) => (await client.workflow.getHandle(workflowId).describe()).status.name);
}

/** The list of the engine lags behind: what has just been started or ended is in it after a moment. */
async function untilListed(workflowId: string): Promise<void> {
  const listed = () =>
    inEngine(async (client) => {
      for await (const found of client.workflow.list({ query: `WorkflowId = "${workflowId}" and ExecutionStatus = "Running"` })) return found;
      return undefined;
    });
  await until(listed, { withinMs: 30_000, everyMs: 100 });
}

function reportOf({ stdout }: ToolRun): ReconcileReport {
  return JSON.parse(stdout) as ReconcileReport;
}

test('what was broken behind the service is reported without a change, repaired once when told to, and every case takes its next command', async () => {
  const [ended, forgotten, taskless, doubled, rowless, whole] = await Promise.all(Array.from({ length: 6 }, submit));
  const walks = [ended, forgotten, taskless, doubled, rowless, whole].map((walk) => walk!);
  await forgotten!.until(({ notices }) => notices.length > 0);
  await Promise.all([ended, taskless, doubled, rowless].map((walk) => walk!.untilState('visit')));
  const clockBefore = Date.parse((await forgotten!.now()).now);

  await inEngine((client) => client.workflow.getHandle(caseWorkflowId(ended!.caseId)).terminate('by mistake'));
  await forgetInEngine(forgotten!.caseId);
  await own.pool.query('delete from task where case_id = $1', [taskless!.caseId]);
  await own.pool.query(`insert into task (id, case_id, case_number, command, role, org_id, since) values (gen_random_uuid(), $1, 'A-1', 'postNotice', 'clerk', 'wx-liangxi-e1', '2024-03-04')`, [doubled!.caseId]);
  await own.pool.query('delete from hardship_case where id = $1', [rowless!.caseId]);
  const stray = caseWorkflowId(randomUUID());
  await inEngine((client) => client.workflow.start(caseWorkflowType, { workflowId: stray, taskQueue: CASE_TASK_QUEUE, args: [{ caseId: stray.slice(5), appliedCommands: [] }] }));
  await untilListed(stray);

  const looked = await runOperation('reconcile', own.dataDir, '--json');
  expect(looked.exitCode).toBe(1);
  const found = reportOf(looked).findings.map(({ kind, id, outcome }) => ({ kind, id, outcome }));
  const expected = [
    { kind: 'caseWithoutRow', id: rowless!.caseId },
    { kind: 'workflowEndedEarly', id: ended!.caseId },
    { kind: 'caseWithoutWorkflow', id: forgotten!.caseId },
    { kind: 'workflowWithoutCase', id: stray },
    { kind: 'tasksNotAsAwaited', id: taskless!.caseId },
    { kind: 'tasksNotAsAwaited', id: doubled!.caseId },
  ];
  const byKey = (a: { kind: string; id: string }, b: { kind: string; id: string }) => (a.kind + a.id < b.kind + b.id ? -1 : 1);
  expect(found.sort(byKey)).toEqual(expected.sort(byKey));
  expect(await statusOf(stray)).toBe('RUNNING');
  expect(await statusOf(caseWorkflowId(ended!.caseId))).toBe('TERMINATED');

  const repaired = await runOperation('reconcile', own.dataDir, '--repair');
  expect(repaired.stdout).toContain('6 findings, 6 repaired');
  expect(repaired.exitCode).toBe(0);
  expect(await statusOf(stray)).toBe('TERMINATED');
  const again = await runOperation('reconcile', own.dataDir, '--repair');
  expect([again.exitCode, again.stdout]).toEqual([0, expect.stringMatching(/^Record and engine agree; \d+ workflows run\.\n$/) as string]);

  const clockAfter = Date.parse((await forgotten!.now()).now);
  expect(clockAfter - clockBefore).toBeLessThan(300_000); // it went on by itself, and did not jump to the wall clock
  expect(clockAfter).toBeGreaterThanOrEqual(clockBefore);
  const view = await forgotten!.untilState('upperReview'); // over the end of its notice, by its own clock
  expect(view.notices).toEqual([expect.objectContaining({ postedOn: '2024-03-04', closedOn: '2024-03-11' })]);
  for (const walk of walks) await walk.untilState('upperReview');
  for (const { caseId } of walks) expect(await faultsOfRecord(own.pool, caseId)).toEqual([]);
  expect(await faultsInEngine(own.pool, await own.keys(), own.service.temporal, walks.map(({ caseId }) => caseId))).toEqual([]);
});

test('while cases come, move and end, a reconciler that repairs again and again finds nothing to repair', async () => {
  const seen: ReconcileReport[] = [];
  const looking = (async () => {
    while (seen.length < 3) seen.push(reportOf(await runOperation('reconcile', own.dataDir, '--repair', '--json')));
  })();
  let moved = 0;
  const move = async (walk: CaseWalk, index: number) => {
    if (index % 3 === 0) await walk.does('withdrawApplication', walk.clerk, { reason: '本人撤回' });
    else await walk.untilState('upperReview');
    moved++;
  };
  while (seen.length < 3) await Promise.all((await Promise.all(Array.from({ length: 6 }, submit))).map(move));
  await looking;
  expect(moved).toBeGreaterThan(6);
  expect(seen.map(({ found }) => found)).toEqual(seen.map(() => ({})));
});

test('after the loss of the whole engine every open case is started again where it stood, and goes on to its end; ended cases stay ended', async () => {
  const [atDoor, noticed, planning, paying, active, withdrawn] = (await Promise.all(Array.from({ length: 6 }, submit))) as [CaseWalk, CaseWalk, CaseWalk, CaseWalk, CaseWalk, CaseWalk];
  await Promise.all([
    atDoor.untilState('visit'),
    noticed.until(({ notices }) => notices.length > 0),
    planning.untilState('planning'),
    paying.until(({ disbursements }) => disbursements.some(({ state }) => state === 'prepared')),
    active.untilState('active'),
    withdrawn.does('withdrawApplication', withdrawn.clerk, { reason: '本人撤回' }),
  ]);
  await own.halt();
  process.env.TEMPORAL_NAMESPACE = 'after-the-loss'; // where the engine knows nothing of what was
  try {
    await own.startAgain();
  } finally {
    delete process.env.TEMPORAL_NAMESPACE;
  }
  const { rows } = await own.pool.query<{ n: number }>(`select count(*) as n from hardship_case where state not in ('withdrawn', 'rejected')`);

  const { exitCode, stdout } = await runOperation('reconcile', own.dataDir, '--repair', '--json');
  expect([exitCode, reportOf({ exitCode, stdout, stderr: '' }).found]).toEqual([0, { caseWithoutWorkflow: rows[0]!.n }]);
  const open = [atDoor, noticed, planning, paying];
  await Promise.all(open.map((walk) => walk.through(own.client).untilState('active')));
  const caseIds = [...open, active].map(({ caseId }) => caseId);
  for (const caseId of [...caseIds, withdrawn.caseId]) expect(await faultsOfRecord(own.pool, caseId)).toEqual([]);
  expect(await faultsInEngine(own.pool, await own.keys(), own.service.temporal, caseIds)).toEqual([]);
  await expect(statusOf(caseWorkflowId(withdrawn.caseId))).rejects.toThrow(WorkflowNotFoundError);
  const attributes = await inEngine(async (client) => (await client.workflow.getHandle(caseWorkflowId(active.caseId)).describe()).typedSearchAttributes.getAll());
  expect(attributes.map(({ key, value }) => [key.name, value])).toContainEqual(['CaseState', 'active']);
});

test('a case at whose run the worker fails again and again is named by the doctor, begun anew where its record stands, and takes its next command', async () => {
  const walk = await submit();
  await walk.untilState('visit');
  const workflowId = caseWorkflowId(walk.caseId);
  await inEngine(async (client) => {
    await client.workflow.getHandle(workflowId).terminate('to be replaced by a run that its code cannot go on with');
    await client.workflow.start(caseWorkflowType, { workflowId, taskQueue: CASE_TASK_QUEUE, args: [{ caseId: walk.caseId, appliedCommands: [] }] });
  });
  const isReported = () =>
    inEngine(async (client) => ((await client.workflow.count(`WorkflowId = "${workflowId}" and TemporalReportedProblems is not null`)).count > 0 ? true : undefined));
  await until(isReported, { withinMs: 180_000, everyMs: 500 });

  const caseRuns = async () => {
    const { checks } = JSON.parse((await runOperation('doctor', own.dataDir, '--json')).stdout) as { checks: Examined[] };
    return checks.find(({ name }) => name === 'case runs');
  };
  expect(await caseRuns()).toMatchObject({ level: 'wrong', says: `the worker fails at 1 again and again, such as ${walk.caseId}` });
  const looked = await runOperation('reconcile', own.dataDir, '--json');
  expect(reportOf(looked).findings).toEqual([expect.objectContaining({ kind: 'workflowStuck', id: walk.caseId })]);
  const repaired = await runOperation('reconcile', own.dataDir, '--repair');
  expect([repaired.exitCode, repaired.stdout]).toEqual([0, expect.stringContaining('1 findings, 1 repaired') as string]);
  await walk.untilState('upperReview');
  expect(await caseRuns()).toMatchObject({ level: 'ok' });
  expect(reportOf(await runOperation('reconcile', own.dataDir, '--json')).findings).toEqual([]);
});

// The last one: what it leaves behind is found by every later look.
test('a case whose events were tampered with is not started: nothing may be derived from them', async () => {
  const walk = await submit();
  await walk.untilState('visit');
  await own.pool.query('alter table case_event disable trigger user'); // as somebody with the database's own password would
  const { rowCount } = await own.pool.query(`update case_event set data = data || '{"signedOn": "2020-01-01"}' where case_id = $1 and type = 'authorizationSigned'`, [walk.caseId]);
  await own.pool.query('alter table case_event enable trigger user');
  expect(rowCount).toBe(1);
  await inEngine((client) => client.workflow.getHandle(caseWorkflowId(walk.caseId)).terminate('by mistake'));

  const { exitCode, stdout } = await runOperation('reconcile', own.dataDir, '--repair', '--json');
  expect(exitCode).toBe(1);
  const notRepaired = expect.stringMatching(/^event \d+ is not what was written$/) as string;
  expect(JSON.parse(stdout)).toMatchObject({ repaired: 0, findings: [{ kind: 'workflowEndedEarly', id: walk.caseId, outcome: { notRepaired } }] });
  expect(await statusOf(caseWorkflowId(walk.caseId))).toBe('TERMINATED');
});
