import { randomUUID } from 'node:crypto';
import { Connection, Client } from '@temporalio/client';
import { until } from '../../../infra/until';
import { caseWorkflowId } from '../../../workflows/case/messages';
import { CaseWalk } from '../../stack/case-walk';
import type { KeyedCall } from '../../stack/keyed-client';
import { OwnService } from '../../stack/own-service';
import { allCaseIds, faultsOfRecord, faultsInEngine, timesInRecord } from '../../stack/record-check';
import { sampleApplications } from '../../stack/sample-application';

jest.setTimeout(240_000);
const COMMANDS = 20;
const APPLICATIONS = 12;
const sample = sampleApplications(2);

let own: OwnService;
beforeAll(async () => {
  own = await OwnService.start();
});
afterAll(() => own.stop());

async function caseIdOf(key: string): Promise<string | undefined> {
  const { rows } = await own.pool.query<{ id: string }>(`select case_id as id from command where idempotency_key = $1`, [key]);
  return rows[0]?.id;
}

async function unstarted(): Promise<number> {
  const { rows } = await own.pool.query<{ n: number }>('select count(*) as n from case_opening where started_at is null');
  return rows[0]!.n;
}

/** Sends all at once and kills the API as soon as `answersBefore` of them are answered. @returns those that were answered */
async function killDuring<Call extends KeyedCall>(calls: Call[], status: number, answersBefore: number): Promise<Call[]> {
  const answered: Call[] = [];
  const send = async (call: Call) => {
    const answer = await own.client.attempt(call);
    if (!answer) return;
    expect(answer.status).toBe(status);
    answered.push(call);
    if (answered.length === answersBefore) own.signal('api', 'SIGKILL');
  };
  await Promise.all(calls.map(send));
  expect(await own.untilItSaysWhatDied()).toMatch(/^The API stopped unexpectedly \(killed by SIGKILL\)/);
  return answered;
}

test('an API killed under twenty commands loses and doubles none: what was answered is in the record once, what is repeated as well', async () => {
  const walks = await Promise.all(Array.from({ length: COMMANDS }, () => CaseWalk.submit(own.client, sample())));
  const calls = walks.map(({ caseId, clerk }) => ({ operation: 'addMaterials', as: clerk, caseId, input: { items: [{ kind: 'studentCard' }] }, key: randomUUID() }));
  const times = (which: typeof calls) => Promise.all(which.map(({ as, key }) => timesInRecord(own.pool, as, key, 'materialsAdded')));

  const answered = await killDuring(calls, 200, 3);
  expect(answered.length).toBeLessThan(COMMANDS); // killed while others were on their way
  await own.halt();
  await own.startAgain();

  expect(await times(answered)).toEqual(answered.map(() => 1));
  for (const call of calls) expect((await own.client.call(call)).status).toBe(200);
  expect(await times(calls)).toEqual(calls.map(() => 1));
  for (const { caseId } of walks) expect(await faultsOfRecord(own.pool, caseId)).toEqual([]);
  expect(await faultsInEngine(own.pool, await own.keys(), own.service.temporal, await allCaseIds(own.pool))).toEqual([]);
});

test('an API killed under applications: one that is repeated makes one case, one that is not is started all the same', async () => {
  const applications = Array.from({ length: APPLICATIONS }, () => ({ ...sample(), key: randomUUID() }));
  const calls = applications.map(({ clerk, body, key }) => ({ operation: 'submitApplication', as: clerk, input: body, key }));
  const casesBefore = (await allCaseIds(own.pool)).length;
  const answered = await killDuring(calls, 201, 2);
  expect(answered.length).toBeLessThan(APPLICATIONS);
  const writtenDown = await Promise.all(calls.map(({ key }) => caseIdOf(key)));
  await own.halt();
  await own.startAgain();

  const [repeated, left] = [calls.slice(0, APPLICATIONS / 2), calls.slice(APPLICATIONS / 2)];
  for (const call of repeated) {
    const first = await own.client.call(call);
    const second = await own.client.call(call);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.id).toBe(first.body.id);
  }
  await until(async () => ((await unstarted()) === 0 ? true : undefined), { withinMs: 40_000, everyMs: 250 });
  const cases = (await allCaseIds(own.pool)).length - casesBefore;
  const expected = repeated.length + writtenDown.slice(APPLICATIONS / 2).filter((id) => id !== undefined).length;
  expect(cases).toBe(expected);

  for (const { key } of left) {
    const caseId = await caseIdOf(key);
    if (caseId !== undefined) expect(await faultsOfRecord(own.pool, caseId)).toEqual([]);
  }
  expect(await faultsInEngine(own.pool, await own.keys(), own.service.temporal, await allCaseIds(own.pool))).toEqual([]);
});

/** As an API leaves it behind that dies after the engine has taken a case and before that is noted: the case has even ended since. */
async function endedButNotNoted(): Promise<void> {
  const walk = await CaseWalk.submit(own.client, sample());
  await walk.does('withdrawApplication', walk.clerk, { reason: '本人撤回' });
  await own.pool.query(`update case_opening set started_at = null, created_at = created_at - interval '1 minute' where case_id = $1`, [walk.caseId]);
}

test('an application that was written down and never reached the engine is started without anybody asking, whatever else was left behind', async () => {
  await endedButNotNoted();
  const { clerk, body } = sample();
  const key = randomUUID();
  // The engine stands still: the application is written down, and the API dies before it can hand it over.
  own.signal('temporal-server', 'SIGSTOP');
  const asked = own.client.attempt({ operation: 'submitApplication', as: clerk, input: body, key });
  const caseId = await until(() => caseIdOf(key), { withinMs: 10_000 });
  own.signal('api', 'SIGKILL');
  expect(await asked).toBeUndefined();
  own.signal('temporal-server', 'SIGCONT');
  await own.untilItSaysWhatDied();
  const { rows } = await own.pool.query<{ started: string | null }>('select started_at as started from case_opening where case_id = $1', [caseId]);
  expect(rows).toEqual([{ started: null }]);
  await own.halt();
  await own.startAgain();

  await until(async () => ((await unstarted()) === 0 ? true : undefined), { withinMs: 40_000, everyMs: 250 });
  expect((await own.client.getCase(caseId, clerk)).awaiting).toEqual([expect.objectContaining({ command: 'acceptApplication' })]);
  const again = await own.client.call({ operation: 'submitApplication', as: clerk, input: body, key });
  expect([again.status, again.body.id]).toEqual([201, caseId]);
  const connection = await Connection.connect({ address: own.service.temporal.address });
  try {
    const { namespace } = own.service.temporal;
    const workflow = await new Client({ connection, namespace }).workflow.getHandle(caseWorkflowId(caseId)).describe();
    expect(workflow.status.name).toBe('RUNNING');
  } finally {
    await connection.close();
  }
});
