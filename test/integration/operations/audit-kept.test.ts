import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { CheckpointFile } from '../../../audit/checkpoint-file';
import { signerOf, type CheckpointSigner } from '../../../audit/checkpoint-signer';
import { developmentSigningKeyIn } from '../../../audit/signing-key';
import { until } from '../../../infra/until';
import { AUDIT_CHECKPOINT_SCHEDULE } from '../../../workflows/audit-checkpoint/messages';
import { OwnService } from '../../stack/own-service';
import { sampleApplications } from '../../stack/sample-application';
import { runOperation } from '../given/operation';

jest.setTimeout(300_000);
const sample = sampleApplications(63);

let own: OwnService;
let directory: string;
let signer: CheckpointSigner;
beforeAll(async () => {
  own = await OwnService.start();
  directory = join(own.dataDir, 'audit');
  signer = signerOf(readFileSync(developmentSigningKeyIn(own.dataDir), 'utf8'));
  await until(async () => (await new CheckpointFile(directory).last()) ?? undefined, { withinMs: 30_000 }); // the worker's own, at its start
});
afterAll(() => own.stop());

async function givenCase(): Promise<string> {
  const { clerk, body } = sample();
  return (await own.client.done({ operation: 'submitApplication', as: clerk, input: body })).id;
}

test('nothing is answered that could not be written into the audit: no case, no list, no session', async () => {
  const caseId = await givenCase();
  const { client, pool } = own;
  const clerk = 'wx-liangxi-e1.clerk';
  for (const as of [clerk, 'bz.handler']) await client.call({ operation: 'whoAmI', as }); // signed in before
  await pool.query('alter function append_audit_entries(text[]) rename to append_nothing');
  try {
    for (const operation of ['getCase', 'listCaseEvents']) {
      const { status, body, retryAfter } = await client.call({ operation, as: clerk, caseId });
      expect({ status, code: body.code, retryAfter, fields: Object.keys(body).sort() }).toEqual({ status: 503, code: 'ENGINE_UNAVAILABLE', retryAfter: '2', fields: ['code', 'detail', 'status', 'title', 'type'] });
    }
    expect(await client.call({ operation: 'listTasks', as: clerk })).toMatchObject({ status: 503 });
    expect(await client.call({ operation: 'getCase', as: 'bz.handler', caseId })).toMatchObject({ status: 503 });
    const signIn = await fetch(`${own.service.url}/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username: clerk, password: 'demo-password' }) });
    expect(signIn.status).toBe(503);
    expect(signIn.headers.get('set-cookie')).toBeNull();
    expect(await signIn.text()).not.toContain('token');
    // What is in the record of the case by itself needs no entry.
    expect(await client.call({ operation: 'addMaterials', as: clerk, caseId, input: { items: [{ kind: 'studentCard' }] } })).toMatchObject({ status: 200 });
    expect(await client.call({ operation: 'whoAmI', as: clerk })).toMatchObject({ status: 200 });
  } finally {
    await pool.query('alter function append_nothing(text[]) rename to append_audit_entries');
  }
  expect(await client.call({ operation: 'getCase', as: clerk, caseId })).toMatchObject({ status: 200 });
});

test('what operators do with their tools is in the audit, before and after', async () => {
  const caseId = await givenCase();
  expect((await runOperation('rebuild', own.dataDir, '--check', '--case', caseId)).exitCode).toBe(0);
  expect((await runOperation('reconcile', own.dataDir)).exitCode).toBeLessThan(2);
  const { rows } = await own.pool.query<{ operation: string; step: string; actor: string | null; cases: string[] | null }>(
    `select operation, details ->> 'step' as step, actor, case_ids as cases from audit_entry where kind = 'tool' and operation <> 'tool.auditCheckpoint' order by chain, seq`,
  );
  expect(rows).toEqual(['begun', 'ended'].map((step) => ({ operation: 'tool.rebuild', step, actor: expect.any(String) as unknown, cases: [caseId] })));
  const audit = await own.client.done<{ items: { operation: string }[] }>({ operation: 'listAccessesToCase', as: 'wx.auditor', caseId });
  expect(audit.items.map(({ operation }) => operation)).toContain('tool.rebuild');
});

test('the tools print the public key, and write a checkpoint when asked to', async () => {
  const key = await runOperation('audit-verify', own.dataDir, '--key');
  expect(key).toMatchObject({ exitCode: 0, stdout: signer.publicKey });
  expect(readFileSync(join(directory, 'public-keys', `${signer.keyId}.pem`), 'utf8')).toBe(signer.publicKey);
  const { n: before } = (await new CheckpointFile(directory).last())!.line;
  const run = await runOperation('audit-checkpoint', own.dataDir, '--json');
  expect(run.exitCode).toBe(0);
  expect((JSON.parse(run.stdout) as { n: number }).n).toBe(before + 1);
  const made = join(mkdtempSync(join(tmpdir(), 'bihuan-key-')), 'key.pem');
  expect((await runOperation('audit-checkpoint', own.dataDir, '--new-key', made)).stdout).toBe(signerOf(readFileSync(made, 'utf8')).publicKey);
  expect((await runOperation('audit-checkpoint', own.dataDir, '--new-key', made)).exitCode).toBe(1);
});

test('the engine writes one every hour', async () => {
  const connection = await Connection.connect({ address: own.service.temporal.address });
  try {
    const schedule = new Client({ connection, namespace: own.service.temporal.namespace }).schedule.getHandle(AUDIT_CHECKPOINT_SCHEDULE);
    expect((await schedule.describe()).spec.calendars).toMatchObject([{ hour: [{ start: 0, end: 23 }], minute: [{ start: 10 }] }]);
    const { n: before } = (await new CheckpointFile(directory).last())!.line;
    await schedule.trigger();
    await until(async () => (await new CheckpointFile(directory).last())!.line.n > before || undefined, { withinMs: 60_000 });
  } finally {
    await connection.close();
  }
});
