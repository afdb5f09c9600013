import { randomBytes } from 'node:crypto';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf } from '../../../documents/document-store';
import { LocalStore } from '../../../documents/local-store';
import { DocumentClient } from '../given/document-client';
import { photo } from '../given/documents';
import { runOperation } from '../given/operation';
import { CaseWalk } from '../../stack/case-walk';
import { OwnService } from '../../stack/own-service';
import { sampleApplications } from '../../stack/sample-application';

let own: OwnService;
beforeAll(async () => {
  own = await OwnService.start();
});
afterAll(() => own.stop());

interface Report {
  findings: { kind: string; id: string; outcome?: string }[];
}

test('what a crash left between store and record is found and repaired; what is on its way is left alone', async () => {
  const store = new LocalStore(join(own.dataDir, 'documents'));
  const [old, young] = [randomBytes(100), randomBytes(100)];
  for (const bytes of [old, young]) await store.put(addressOf(bytes), bytes);
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(join(own.dataDir, 'documents', addressOf(old).slice(0, 2), addressOf(old)), longAgo, longAgo);
  const sample = sampleApplications(91)();
  const walk = await CaseWalk.submit(own.client, sample);
  const clerk = await DocumentClient.signIn(sample.clerk, own.service.url);
  const [lost, kept] = [await clerk.upload(walk.caseId, await photo()), await clerk.upload(walk.caseId, await photo())];
  const addressOfLost = await own.pool.query<{ address: string }>('select address from document where id = $1', [lost.body.id]);
  await store.remove(addressOfLost.rows[0]!.address);

  const looked = await runOperation('reconcile', own.dataDir, '--json');
  expect(looked.exitCode).toBe(1);
  const found = (JSON.parse(looked.stdout) as Report).findings.map(({ kind, id }) => ({ kind, id }));
  expect(found).toEqual([
    { kind: 'documentWithoutRow', id: addressOf(old) },
    { kind: 'documentWithoutContent', id: lost.body.id },
  ]);
  expect(await store.get(addressOf(old))).toBeDefined();

  expect((await runOperation('reconcile', own.dataDir, '--repair')).exitCode).toBe(0);
  expect(await store.get(addressOf(old))).toBeUndefined();
  expect(await store.get(addressOf(young))).toBeDefined();
  const states = Object.fromEntries((await clerk.list(walk.caseId)).body.items.map(({ id, state }) => [String(id), state] as const));
  expect(states).toEqual({ [String(lost.body.id)]: 'failed', [String(kept.body.id)]: 'clean' });
  expect((await runOperation('reconcile', own.dataDir)).exitCode).toBe(0);
});
