import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../infra/config';
import { forget } from '../../../infra/data-dir';
import { SERVICE_DATA, startService, type Service } from '../../../service/stack';
import { QIAOCHENG } from '../given/application';
import { ServiceClient } from '../given/service-client';
import { givenCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const PROFILES = join(__dirname, '..', '..', '..', 'policies', 'profiles');

/** A service of its own whose only difference to the others is one value in one profile. */
let service: Service | undefined;
let dataDir: string;
let policyDir: string;
let changed: ServiceClient;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'bihuan-policy-'));
  chmodSync(dataDir, 0o755); // PostgreSQL's own user must be able to go in
  policyDir = mkdtempSync(join(tmpdir(), 'bihuan-profiles-'));
  cpSync(PROFILES, policyDir, { recursive: true });
  const file = join(policyDir, 'wuxi-2023.v1.json');
  const profile = JSON.parse(readFileSync(file, 'utf8')) as { notice: object };
  writeFileSync(file, JSON.stringify({ ...profile, notice: { ...profile.notice, workingDays: { value: 7, assumption: 'A-04' } } }));

  const own = { NODE_ENV: 'test', DATA_DIR: dataDir, POLICY_DIR: policyDir, PORT: '0', UI_PORT: '0', SIMULATION: 'on', DEMO_PASSWORD: '' };
  const config = readConfig({ ...process.env, ...own });
  service = await startService(config, {});
  changed = await ServiceClient.connect({ url: service.url, password: config.demoPassword });
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await forget(dataDir, SERVICE_DATA);
  rmSync(policyDir, { recursive: true, force: true });
});

async function closingDays(client: ServiceClient): Promise<string[]> {
  const walked = await givenCase(client, 'notice1');
  await walked.passesNotice();
  await walked.walkTo('notice2');
  await walked.does('postNotice');
  return walked.view.notices.map(({ closesOn }) => closesOn);
}

test('seven working days in Wuxi\'s profile keep both notices open for seven, with no code changed', async () => {
  const before = await ServiceClient.connect(testStack());
  expect(await closingDays(before)).toEqual(['2024-03-11', '2024-03-19']);
  // Posted on 4 and 14 March 2024: no holiday in between.
  expect(await closingDays(changed)).toEqual(['2024-03-13', '2024-03-25']);
});

test('a union of another profile keeps its own five', async () => {
  const walked = await givenCase(changed, 'notice1', { at: QIAOCHENG, figures: 'deep' });
  expect((await walked.does('postNotice')).notices).toMatchObject([{ closesOn: '2024-03-11' }]);
});
