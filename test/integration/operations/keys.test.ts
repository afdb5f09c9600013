import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../infra/until';
import { developmentKeyringIn } from '../../../security/development-keyring';
import type { KeyringJson } from '../../../security/keyring';
import { SIGN_IN_KEY_FILE } from '../../../service/sign-in-key';
import { CaseWalk } from '../../stack/case-walk';
import { ApiOnRecord } from '../../stack/api-on-record';
import { OwnService } from '../../stack/own-service';
import { sampleApplications } from '../../stack/sample-application';
import { runOperation } from '../given/operation';

jest.setTimeout(300_000);
const sample = sampleApplications(13);

interface Status {
  masterKeys: { id: string; isCurrent: boolean; isGiven: boolean; cases: number; index: boolean }[];
}

let own: OwnService;
let second: ApiOnRecord;
beforeAll(async () => {
  own = await OwnService.start();
  second = await (await ApiOnRecord.spawn(environment(), join(own.dataDir, 'logs', 'api-2.log'))).untilReady();
});
afterAll(async () => {
  await second.stop();
  await own.stop();
});

function environment(): Record<string, string> {
  const { databaseUrl, temporal } = own.service;
  return { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace, MASTER_KEYS_FILE: developmentKeyringIn(own.dataDir), SIGN_IN_KEY_FILE: join(own.dataDir, SIGN_IN_KEY_FILE) };
}

async function status(): Promise<Status['masterKeys']> {
  const { stdout } = await runOperation('keys', own.dataDir, 'status', '--json');
  return (JSON.parse(stdout) as Status).masterKeys;
}

function logOf(name: string): string {
  return readFileSync(join(own.dataDir, 'logs', name), 'utf8');
}

async function keyOf(caseId: string) {
  const { rows } = await own.pool.query<{ master: string; wrapped: Buffer | null }>('select master_key_id as master, wrapped from case_key where case_id = $1', [caseId]);
  return rows[0]!;
}

test('a rotation in the middle of traffic through two API processes, run twice at once: nobody notices, and everything is under the new key', async () => {
  const other = own.client.at(second.url);
  const before = await Promise.all(Array.from({ length: 12 }, () => CaseWalk.submit(own.client, sample())));
  const traffic = new AbortController();
  let requests = 0;
  const busy = [own.client, other].map(async (client) => {
    for (; !traffic.signal.aborted; requests++) {
      const walk = await CaseWalk.submit(client, sample());
      await walk.untilState('preliminaryReview');
      const old = before[requests % before.length]!.through(client);
      expect((await old.now()).applicant.name).toContain('示范户');
      await client.done({ operation: 'listCases', as: 'wx.handler' });
    }
  });
  try {
    expect((await runOperation('keys', own.dataDir, 'add', 'rotated')).exitCode).toBe(0);
    const runs = await Promise.all([runOperation('keys', own.dataDir, 'rotate', '--json'), runOperation('keys', own.dataDir, 'rotate', '--json')]);
    expect(runs.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual([expect.objectContaining({ exitCode: 0 }), expect.objectContaining({ exitCode: 0 })]);
  } finally {
    traffic.abort();
    await Promise.all(busy);
  }
  expect(requests).toBeGreaterThan(0);
  // Both processes have read the new key by themselves and make what is new under it.
  for (const client of [own.client, other]) {
    const isNew = async () => (await keyOf((await CaseWalk.submit(client, sample())).caseId)).master === 'rotated' || undefined;
    await until(isNew, { withinMs: 20_000, everyMs: 500 });
  }
  await runOperation('keys', own.dataDir, 'rotate');
  expect(await status()).toEqual([expect.objectContaining({ id: 'rotated', isCurrent: true, isGiven: true, index: true })]);
  for (const walk of before) expect((await walk.through(other).now()).applicant.name).toContain('示范户');
});

test('the old key can be taken away afterwards; a key that is needed cannot, and the service says which one is missing and does not start', async () => {
  const file = developmentKeyringIn(own.dataDir);
  const { keys, ...keyring } = JSON.parse(readFileSync(file, 'utf8')) as KeyringJson;
  expect(Object.keys(keys)).toEqual(['development-1', 'rotated']);
  writeFileSync(file, JSON.stringify({ ...keyring, keys: { rotated: keys.rotated } }));
  const third = await (await ApiOnRecord.spawn(environment(), join(own.dataDir, 'logs', 'api-3.log'))).untilReady();
  await third.stop();

  const withoutIt = { current: 'development-1', keys: { 'development-1': keys['development-1'] } };
  const { MASTER_KEYS_FILE: _file, ...env } = environment();
  const fourth = await ApiOnRecord.spawn({ ...env, MASTER_KEYS: JSON.stringify(withoutIt) }, join(own.dataDir, 'logs', 'api-4.log'));
  expect(await fourth.untilEnded()).toBe(1);
  expect(logOf('api-4.log')).toContain('master key \\"rotated\\", which is not among the master keys');

  const another = { current: 'rotated', keys: { rotated: keys['development-1'] } };
  const fifth = await ApiOnRecord.spawn({ ...env, MASTER_KEYS: JSON.stringify(another) }, join(own.dataDir, 'logs', 'api-5.log'));
  expect(await fifth.untilEnded()).toBe(1);
  expect(logOf('api-5.log')).toContain('another one under the same id');
  for (const log of ['api-4.log', 'api-5.log']) for (const key of Object.values(keys)) expect(logOf(log)).not.toContain(key);

  await own.halt();
  writeFileSync(file, JSON.stringify(withoutIt));
  await expect(own.startAgain()).rejects.toThrow('The record cannot be used: the record is encrypted under the master key "rotated"');
  writeFileSync(file, JSON.stringify({ ...keyring, keys }));
  await own.startAgain();
});

test('a production process refuses the keyring of a stack of development, and one without any', async () => {
  const { MASTER_KEYS_FILE: _file, ...env } = environment();
  for (const [name, settings, says] of [
    ['api-6.log', environment(), 'stack of development made for itself'],
    ['api-7.log', env, 'or KMS_URL must be set'],
  ] as const) {
    const api = await ApiOnRecord.spawn({ ...settings, NODE_ENV: 'production' }, join(own.dataDir, 'logs', name));
    expect(await api.untilEnded()).toBe(1);
    expect(logOf(name)).toContain(says);
  }
});

test('ciphertexts and wrapped keys that somebody exchanges between two cases are opened for nobody, and told without their content', async () => {
  const [one, two] = await Promise.all([CaseWalk.submit(own.client, sample()), CaseWalk.submit(own.client, sample())]);
  const read = (walk: CaseWalk) => own.client.call({ operation: 'getCase', as: walk.clerk, caseId: walk.caseId });
  const names = (await Promise.all([one.now(), two.now()])).map(({ applicant }) => applicant.name);
  const exchange = (table: string, column: string) =>
    own.pool.query(
      `update ${table} t set ${column} = o.${column} from ${table} o where t.case_id = any($1) and o.case_id = any($1) and t.case_id <> o.case_id`,
      [[one.caseId, two.caseId]],
    );
  await exchange('case_private', 'sealed');
  for (const walk of [one, two]) expect(await read(walk)).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
  expect(JSON.stringify(await Promise.all([read(one), read(two)]))).not.toContain('示范户');
  expect(logOf('api.log')).toContain('does not open: it was changed, moved, or is under another key');
  for (const name of names) expect(logOf('api.log')).not.toContain(name);
  // With its key it opens no better: it belongs to the other case.
  await exchange('case_key', 'wrapped');
  const fresh = await (await ApiOnRecord.spawn(environment(), join(own.dataDir, 'logs', 'api-8.log'))).untilReady();
  for (const walk of [one, two]) expect(await own.client.at(fresh.url).call({ operation: 'getCase', as: walk.clerk, caseId: walk.caseId })).toMatchObject({ status: 500 });
  await fresh.stop();
  expect(logOf('api-8.log')).toContain('does not unwrap under the master key');
  await exchange('case_key', 'wrapped');
  await exchange('case_private', 'sealed');
  expect((await Promise.all([one.now(), two.now()])).map(({ applicant }) => applicant.name)).toEqual(names);
});

test('a case whose key was destroyed is gone for good: 410 for whoever asks by its id, and no line in lists; the others are not touched', async () => {
  const [gone, stays] = await Promise.all([CaseWalk.submit(own.client, sample()), CaseWalk.submit(own.client, sample())]);
  const { applicant } = await gone.now();
  await own.pool.query('update case_key set wrapped = null, destroyed_at = now() where case_id = $1', [gone.caseId]);
  expect(await own.client.call({ operation: 'getCase', as: gone.clerk, caseId: gone.caseId })).toMatchObject({ status: 410, body: { code: 'PERSONAL_DATA_DESTROYED' } });
  expect(await own.client.call({ operation: 'addMaterials', as: gone.clerk, caseId: gone.caseId, input: { items: [{ kind: 'medicalBill' }] } })).toMatchObject({ status: 410 });
  const found = await own.client.done<{ items: unknown[] }>({ operation: 'searchCases', as: gone.clerk, input: { applicantName: applicant.name } });
  expect(found.items).toEqual([]);
  expect((await stays.now()).applicant.name).toContain('示范户');
});

test('the tool says what it cannot understand', async () => {
  for (const args of [[], ['status', 'more'], ['add'], ['destroy'], ['rotate', '--all']]) expect((await runOperation('keys', own.dataDir, ...args)).exitCode).toBe(2);
  const taken = await runOperation('keys', own.dataDir, 'add', 'rotated');
  expect(taken).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('has a key "rotated" already') as string });
});
