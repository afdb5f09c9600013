import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../infra/until';
import { developmentKeyringIn } from '../../../security/development-keyring';
import { listUnfinished } from '../../../store/destruction.store';
import { SIGN_IN_KEY_FILE } from '../../../service/sign-in-key';
import { PROPOSER, APPROVER, givenDue } from '../given/destruction';
import { DocumentClient } from '../given/document-client';
import { photo } from '../given/documents';
import { ServiceClient } from '../given/service-client';
import { faultsOfRecord } from '../../stack/record-check';
import { ApiOnRecord } from '../../stack/api-on-record';
import { OwnService } from '../../stack/own-service';
import { runOperation } from '../given/operation';

jest.setTimeout(300_000);

let own: OwnService;
beforeAll(async () => {
  own = await OwnService.start();
});
afterAll(() => own.stop());

const connect = () => ServiceClient.connect({ url: own.service.url, password: 'demo-password' });

test('a process that dies between the approval and the document store: nothing can be read, and the next one finishes it', async () => {
  let client = await connect();
  const walked = await givenDue(client, own.pool);
  const clerk = await DocumentClient.signIn(walked.clerk, own.service.url);
  await clerk.upload(walked.id, await photo());
  const { rows } = await own.pool.query<{ address: string }>('select address from document where case_id = $1', [walked.id]);
  const { address } = rows[0]!;
  const file = join(own.dataDir, 'documents', address.slice(0, 2), address);
  expect(existsSync(file)).toBe(true);
  // A store that refuses: where the file was, a directory that is not empty.
  rmSync(file);
  mkdirSync(file);
  writeFileSync(join(file, 'x'), '');

  expect((await client.call('proposeDestruction', PROPOSER, { caseId: walked.id })).status).toBe(200);
  expect((await client.call('approveDestruction', APPROVER, { caseId: walked.id })).body).toMatchObject({ state: 'approved', completedAt: null });
  expect((await client.call('getCase', PROPOSER, { caseId: walked.id })).status).toBe(410);
  expect((await client.call('getDestructionCertificate', PROPOSER, { caseId: walked.id })).body).toMatchObject({ code: 'DESTRUCTION_NOT_FINISHED' });

  await own.restartAfterKilling('api');
  rmSync(file, { recursive: true });
  writeFileSync(file, 'sealed content that was left');
  // Left behind for longer than anybody would still be at it.
  await own.pool.query(`update destruction set decided_at = decided_at - interval '10 minutes' where case_id = $1`, [walked.id]);
  await own.restartAfterKilling('api');
  client = await connect();
  const state = async () => (await client.call('getDestruction', PROPOSER, { caseId: walked.id })).body.state;
  await until(async () => (await state()) === 'completed' || undefined, { withinMs: 60_000, everyMs: 200 });
  expect(existsSync(file)).toBe(false);
  expect((await client.call('getDestructionCertificate', PROPOSER, { caseId: walked.id })).status).toBe(200);
  expect(await faultsOfRecord(own.pool, walked.id)).toEqual([]);
});

test('destructions that the store refuses keep no others waiting: each look goes on behind the one before', async () => {
  const ids = ['11111111-0000-4000-8000-000000000000', '22222222-0000-4000-8000-000000000000', '33333333-0000-4000-8000-000000000000'];
  const db = await own.pool.connect();
  try {
    await db.query('begin');
    for (const id of ids) {
      await db.query(
        `insert into destruction (id, case_id, state, proposed_by, decided_by, decided_at, addresses) values ($1, $1, 'approved', 'a', 'b', now() - interval '1 hour', '{}')`,
        [id],
      );
    }
    const found: (string | undefined)[] = [];
    for (let after: string | null = null, n = 0; n < 3; n++) {
      const [one] = await listUnfinished(db, 60, after, 1);
      found.push(one?.id);
      after = one?.id ?? null;
    }
    expect(found).toEqual(ids);
  } finally {
    await db.query('rollback');
    db.release();
  }
});

test('another API process that has the key in its memory: it reads and gives out nothing any more, at once', async () => {
  const { databaseUrl, temporal } = own.service;
  const environment = { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace, MASTER_KEYS_FILE: developmentKeyringIn(own.dataDir), SIGN_IN_KEY_FILE: join(own.dataDir, SIGN_IN_KEY_FILE), DOCUMENT_DIR: join(own.dataDir, 'documents') };
  const second = await (await ApiOnRecord.spawn(environment, join(own.dataDir, 'logs', 'api-2.log'))).untilReady();
  try {
    const client = await connect();
    const other = await ServiceClient.connect({ url: second.url, password: 'demo-password' });
    const walked = await givenDue(client, own.pool);
    const clerk = await DocumentClient.signIn(walked.clerk, second.url);
    const { body: document } = await clerk.upload(walked.id, await photo());
    const { url } = (await clerk.link(walked.id, document.id)).body;
    expect((await clerk.download(url)).status).toBe(200);
    expect((await other.call('getCase', PROPOSER, { caseId: walked.id })).status).toBe(200);

    expect((await client.call('proposeDestruction', PROPOSER, { caseId: walked.id })).status).toBe(200);
    expect((await client.call('approveDestruction', APPROVER, { caseId: walked.id })).body).toMatchObject({ state: 'completed' });
    for (const operation of ['getCase', 'listCaseEvents', 'listDocuments']) expect((await other.call(operation, PROPOSER, { caseId: walked.id })).status).toBe(410);
    expect((await clerk.download(url)).status).toBe(404);
    expect((await clerk.upload(walked.id, await photo())).status).toBe(410);
    expect((await own.pool.query('select from document where case_id = $1', [walked.id])).rowCount).toBe(0);
    // What the other process might still seal with it goes nowhere: the row of the key is looked at when it is written.
    const { cases } = await own.keys();
    await expect(cases.sealOf(walked.id)).rejects.toThrow('was destroyed');
  } finally {
    await second.stop();
  }
});

test('doctor, reconcile, rebuild, keys and the check of the audit do not stumble over a destroyed case', async () => {
  for (const [operation, ...options] of [['doctor'], ['reconcile'], ['rebuild'], ['keys', 'status'], ['audit-checkpoint'], ['audit-verify']] as const) {
    const { exitCode, stdout } = await runOperation(operation, own.dataDir, ...options);
    expect({ operation, exitCode, stdout: exitCode === 0 ? '' : stdout }).toEqual({ operation, exitCode: 0, stdout: '' });
  }
});

test.each([
  ['changed in its content', `update destruction_certificate set content = content || '{"destroyedOn": "2020-01-01"}'`, 'is not the one that was issued'],
  ['changed with its digest', `update destruction_certificate set content = '{}', sha256 = sha256('{}')`, 'is not the one that was issued'],
  ['given another number', `update destruction_certificate set number = 'XH-0'`, 'is not the one that was issued'],
  ['taken away', 'delete from destruction_certificate', 'is gone'],
  ['of a case that nobody destroyed', `update destruction_certificate set case_id = '99999999-0000-4000-8000-000000000000'`, 'nothing in it says'],
])('a certificate that was %s, past every trigger, is found by the check of the audit, with its case', async (_what, change, says) => {
  const { rows } = await own.pool.query<{ caseId: string }>('select case_id as "caseId" from destruction_certificate');
  expect(rows).toHaveLength(2);
  const [{ caseId } = { caseId: '' }] = rows;
  const verified = () => runOperation('audit-verify', own.dataDir);
  const db = await own.pool.connect();
  try {
    await db.query('set session_replication_role = replica');
    await db.query('create temp table kept as table destruction_certificate');
    await db.query(`${change} where case_id = $1`, [caseId]);
    const { exitCode, stdout } = await verified();
    expect(exitCode).toBe(1);
    expect(stdout).toContain('certificate  event:');
    expect(stdout).toContain(says);
    if (!says.startsWith('nothing')) expect(stdout).toContain(`event:${caseId} entry `);
  } finally {
    await db.query('truncate destruction_certificate');
    await db.query('insert into destruction_certificate table kept');
    db.release(true);
  }
  expect((await verified()).exitCode).toBe(0);
});
