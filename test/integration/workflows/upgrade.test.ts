import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { readAddresses } from '../../../infra/stack-addresses';
import { freePorts } from '../../../infra/ports';
import { connect } from '../../../store/db';
import { CaseVersions } from '../../../api/case-versions';
import { CaseWalk } from '../../stack/case-walk';
import { ChangedCode } from '../../stack/changed-code';
import { ChangedProgram } from '../../stack/changed-program';
import { KeyedClient } from '../../stack/keyed-client';
import { developmentKeyringIn } from '../../../security/development-keyring';
import { engineClient } from '../../../infra/temporal/engine-client';
import { NO_PAYLOADS } from '../../../infra/temporal/payload-codec';
import { OwnService, recordKeysIn } from '../../stack/own-service';
import type { JsonObject } from '../../../rehearse/json';
import { faultsInEngine, faultsOfRecord } from '../../stack/record-check';
import { sampleApplications } from '../../stack/sample-application';
import { runOperation } from '../given/operation';

jest.setTimeout(300_000);
const startsAt = '2024-03-04T09:00:00+08:00';
const sample = sampleApplications(6);
/** What a worker says of a history that its code does not replay. */
const DOES_NOT_REPLAY = /TMPRL1100|[Nn]on-?determinis|DeterminismViolation|Failing workflow task/;

/** A timer where there was none, so that no older history replays, and a due date by which the new code is known. */
function incompatiblyChanged(): ChangedCode {
  return ChangedCode.copy('whole')
    .sleepIn('visit', 'visit')
    .replace('workflows/case/phases/visit.ts', 'orgId: grassrootsOrgId, task: true }', "orgId: grassrootsOrgId, task: true, dueOn: '2024-12-31' }");
}

async function runUpgrade(dataDir: string, ...args: string[]): Promise<{ exitCode: number; report: JsonObject }> {
  const { exitCode, stdout, stderr } = await runOperation('upgrade', dataDir, '--json', ...args);
  if (stdout === '') throw new Error(`the upgrade command said: ${stderr}`);
  return { exitCode, report: JSON.parse(stdout) as JsonObject };
}

const visitIsDueOn = async (walk: CaseWalk) => (await walk.now()).awaiting.find(({ command }) => command === 'recordVisit')?.dueOn;
const isNoticeOpen = (walk: CaseWalk) => walk.until((view) => view.notices.some(({ closedOn }) => closedOn === null));

/** A worker beside the one of a service. */
async function startWorker({ service, dataDir }: OwnService, bankPort: number, code: ChangedCode, env: Record<string, string> = {}): Promise<ChangedProgram> {
  const [workerPort = 0] = await freePorts(1);
  const program = ChangedProgram.start(code, 'worker/main.ts', {
    DATABASE_URL: service.databaseUrl,
    TEMPORAL_ADDRESS: service.temporal.address,
    TEMPORAL_NAMESPACE: service.temporal.namespace,
    BANK_URL: `http://127.0.0.1:${bankPort}`,
    WORKER_PORT: String(workerPort),
    MASTER_KEYS_FILE: developmentKeyringIn(dataDir),
    ...env,
  });
  await program.untilReady(`http://127.0.0.1:${workerPort}/health/ready`);
  return program;
}

/** What the log of a worker says of tasks that failed. */
function failedTasks({ output }: ChangedProgram): { caseId?: string; why?: string }[] {
  const lines = output.split('\n').filter((line) => line.includes('"Failing workflow task"'));
  return lines.map((line) => JSON.parse(line) as { caseId?: string; err?: { message: string } }).map(({ caseId, err }) => ({ caseId, why: err?.message }));
}

/** Cases that stand at a person's decision, at a date, at the bank's door, and at rest for months. */
async function casesAtManyPlaces(client: KeyedClient): Promise<Record<'intake' | 'notice' | 'planning' | 'money' | 'active', CaseWalk>> {
  const submit = () => CaseWalk.submit(client, sample({ startsAt }));
  const [intake, notice, planning, money, active] = await Promise.all([submit(), submit(), submit(), submit(), submit()]);
  await Promise.all([isNoticeOpen(notice), planning.untilState('planning'), money.untilState('disbursement'), active.untilState('active')]);
  return { intake, notice, planning, money, active };
}

test('changed workflow code beside the old: open cases go on with the old, new ones begin with the new, the rest is moved by command and goes on without the old worker', async () => {
  const [bankPort = 0] = await freePorts(1);
  const own = await OwnService.start({ BANK_PORT: String(bankPort) });
  const [code, unchanged] = [incompatiblyChanged(), ChangedCode.copy('whole')];
  const { address, namespace } = own.service.temporal;
  const connection = await Connection.connect({ address });
  const versions = new CaseVersions(engineClient(connection, namespace, NO_PAYLOADS));
  let [changed, back]: ChangedProgram[] = [];
  try {
    const old = await casesAtManyPlaces(own.client);
    const { current: oldVersion } = await versions.deployment();
    expect(oldVersion).toMatch(/^[0-9a-f]{16}$/);

    changed = await startWorker(own, bankPort, code);
    const { current: newVersion } = await versions.deployment();
    expect(newVersion).toMatch(/^[0-9a-f]{16}$/);
    expect(newVersion).not.toBe(oldVersion);

    // Old cases go on, with the old code: through the visit without a due date, and one of them to its file.
    const { intake } = old;
    await intake.untilState('visit');
    expect(await visitIsDueOn(intake)).toBeNull();
    await intake.untilState('preliminaryReview');
    await old.planning.untilState('active');
    for (const walk of Object.values(old)) expect(await versions.versionOf(walk.caseId)).toEqual({ buildId: oldVersion });
    // New ones begin with the new.
    const fresh = await CaseWalk.submit(own.client, sample({ startsAt }));
    await fresh.untilState('visit');
    expect(await visitIsDueOn(fresh)).toBe('2024-12-31');
    expect(await versions.versionOf(fresh.caseId)).toEqual({ buildId: newVersion });

    const walks = [...Object.values(old), fresh];
    const before = await runUpgrade(own.dataDir);
    expect(before).toMatchObject({ exitCode: 1, report: { current: newVersion, left: 5 } });
    const moved = await runUpgrade(own.dataDir, '--move');
    expect(moved).toMatchObject({ exitCode: 0, report: { current: newVersion, left: 0, turned: 5, startedAnew: 0, failed: [] } });
    for (const walk of walks) expect(await versions.versionOf(walk.caseId)).toEqual({ buildId: newVersion });
    expect((await versions.deployment()).versions.find(({ buildId }) => buildId === oldVersion)?.state).toMatch(/^drain(ing|ed)$/);

    own.signal('worker', 'SIGKILL');
    await own.untilItSaysWhatDied();
    // An old worker that comes back, from another place and with no change: it is known, and must not take the new cases back.
    back = await startWorker(own, bankPort, unchanged);
    expect(await versions.deployment()).toMatchObject({ current: newVersion, versions: [{ buildId: newVersion }, { buildId: oldVersion }] });
    await back.stop();
    await Promise.all(walks.map((walk) => walk.untilState('active')));
    for (const walk of walks) expect(await faultsOfRecord(own.pool, walk.caseId)).toEqual([]);
    expect(await faultsInEngine(own.pool, await own.keys(), own.service.temporal, walks.map(({ caseId }) => caseId))).toEqual([]);
    expect(readFileSync(join(own.dataDir, 'logs', 'worker.log'), 'utf8')).not.toMatch(DOES_NOT_REPLAY);
    expect(changed.output).not.toMatch(DOES_NOT_REPLAY);
  } finally {
    await changed?.stop();
    await back?.stop();
    await connection.close();
    await own.stop();
    code.forget();
    unchanged.forget();
  }
});

test('the embedded stack started again with changed workflow code: cases whose code is gone go on from their record, commands that come at once are carried out', async () => {
  const own = await OwnService.start();
  const code = incompatiblyChanged();
  let changed: ChangedProgram | undefined;
  try {
    const old = Object.values(await casesAtManyPlaces(own.client));
    await own.halt();

    changed = ChangedProgram.start(code, 'service/start.ts', { NODE_ENV: 'test', DATA_DIR: own.dataDir, PORT: '0', UI_PORT: '0', SIMULATION: 'on' });
    const url = await changed.untilItSays(/API +(http:\S+)/);
    const client = await KeyedClient.connect(url, 'demo-password');
    const walks = old.map((walk) => walk.through(client));
    // The moment the service runs: a command may meet its case before it is moved, while it is, or after.
    const [intake, notice] = walks;
    const bills = { items: [{ kind: 'medicalBill' }] };
    const answers = await Promise.all([intake, notice].map((walk) => client.call({ operation: 'addMaterials', as: walk!.clerk, caseId: walk!.caseId, input: bills, key: randomUUID() })));
    expect(answers.map(({ status, body }) => ({ status, body }))).toMatchObject([{ status: 200 }, { status: 200 }]);
    await intake!.untilState('visit');
    expect(await visitIsDueOn(intake!)).toBe('2024-12-31');
    await Promise.all(walks.map((walk) => walk.untilState('active')));

    const { databaseUrl, temporal } = readAddresses(own.dataDir)!;
    const pool = connect(databaseUrl, 2);
    for (const { caseId } of walks) expect(await faultsOfRecord(pool, caseId)).toEqual([]);
    expect(await faultsInEngine(pool, await recordKeysIn(own.dataDir, pool), temporal, walks.map(({ caseId }) => caseId))).toEqual([]);
    await pool.end();
    expect(await runUpgrade(own.dataDir)).toMatchObject({ exitCode: 0, report: { left: 0 } });
    expect(readFileSync(join(own.dataDir, 'logs', 'worker.log'), 'utf8')).not.toMatch(DOES_NOT_REPLAY);
  } finally {
    await changed?.stop();
    await own.stop();
    code.forget();
  }
});

test('other code under the name of the old version: a case that does not replay with it is started anew from its record when the cases are moved', async () => {
  const [bankPort = 0] = await freePorts(1);
  const own = await OwnService.start({ BANK_PORT: String(bankPort) });
  const code = incompatiblyChanged();
  const connection = await Connection.connect({ address: own.service.temporal.address });
  const versions = new CaseVersions(engineClient(connection, own.service.temporal.namespace, NO_PAYLOADS));
  const workers: ChangedProgram[] = [];
  try {
    const [early, late] = await Promise.all([1, 2].map(() => CaseWalk.submit(own.client, sample({ startsAt }))));
    await late!.untilState('planning');
    const { current: name = '' } = await versions.deployment();
    own.signal('worker', 'SIGKILL');
    await own.untilItSaysWhatDied();
    workers.push(await startWorker(own, bankPort, code, { WORKER_BUILD_ID: name }));
    workers.push(await startWorker(own, bankPort, code));
    const { current } = await versions.deployment();
    expect(current).not.toBe(name);

    const { exitCode, report } = await runUpgrade(own.dataDir, '--move');
    expect({ exitCode, report }).toMatchObject({ exitCode: 0, report: { left: 0, turned: 1, startedAnew: 1, failed: [] } });
    expect(workers[0]!.output).toMatch(DOES_NOT_REPLAY); // otherwise there was nothing to prove
    expect(failedTasks(workers[0]!)).toContainEqual({ caseId: late!.caseId, why: expect.stringMatching(/^\[TMPRL1100\] /) as string });
    for (const walk of [early!, late!]) {
      expect(await versions.versionOf(walk.caseId)).toEqual({ buildId: current });
      await walk.untilState('active');
      expect(await faultsOfRecord(own.pool, walk.caseId)).toEqual([]);
    }
  } finally {
    for (const worker of workers) await worker.stop();
    await connection.close();
    await own.stop();
    code.forget();
  }
});
