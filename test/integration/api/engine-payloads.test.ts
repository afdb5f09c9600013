import { randomUUID } from 'node:crypto';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { EnginePayloads } from '../../../api/engine-payloads';
import { ReferenceTables } from '../../../api/reference-tables';
import { engineClient } from '../../../infra/temporal/engine-client';
import { NO_PAYLOADS } from '../../../infra/temporal/payload-codec';
import { isObject } from '../../../rehearse/json';
import { connect } from '../../../store/db';
import { ScopedRecords } from '../../../store/scoped-records';
import { findUsers } from '../../../store/user.store';
import { caseWorkflowId } from '../../../workflows/case/messages';
import { ServiceClient, type Json } from '../given/service-client';
import { CaseWalk } from '../../stack/case-walk';
import { codecOf, engineAccess } from '../../stack/engine-access';
import { KeyedClient } from '../../stack/keyed-client';
import { sampleApplications } from '../../stack/sample-application';
import { testKeys, testStack } from '../../stack/test-stack';

jest.setTimeout(120_000);
const sample = sampleApplications(31);
const stack = testStack();
const engine = { address: stack.temporalAddress, namespace: stack.temporalNamespace };
const DECODE = '/v1/engine-payloads/decode';

/** A payload as JSON has it. */
interface JsonPayload {
  metadata: Record<string, string>;
  data?: string;
}

let pool: Pool;
let connection: Connection;
let client: ServiceClient;
let walk: CaseWalk;
let other: CaseWalk;
beforeAll(async () => {
  pool = connect(stack.databaseUrl, 3);
  ({ connection } = await engineAccess(engine, await testKeys(pool)));
  client = await ServiceClient.connect(stack);
  const keyed = await KeyedClient.connect(stack.url, stack.password);
  walk = await CaseWalk.submit(keyed, sample());
  other = await CaseWalk.submit(keyed, sample());
  await walk.untilState('visit');
});
afterAll(async () => {
  await connection.close();
  await pool.end();
});

/** All payloads of a case's history, as whoever has no keys reads it. */
async function payloadsOf({ caseId }: CaseWalk): Promise<JsonPayload[]> {
  const history = await engineClient(connection, engine.namespace, NO_PAYLOADS).workflow.getHandle(caseWorkflowId(caseId)).fetchHistory();
  const found: JsonPayload[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    else if (isObject(value) && isObject(value.metadata) && typeof value.metadata.encoding === 'string') found.push(value as unknown as JsonPayload);
    else if (isObject(value)) Object.values(value).forEach(look);
  };
  look(JSON.parse(historyToJSON(history)));
  return found;
}

const plain = (base64 = '') => Buffer.from(base64, 'base64').toString();
const textIn = (payloads: readonly JsonPayload[]) => payloads.map(({ metadata, data }) => `${Object.values(metadata).map(plain).join(' ')} ${plain(data)}`).join('\n');
const decode = (as: string | null, payloads: readonly JsonPayload[]) => client.call<{ payloads: JsonPayload[] }>('decodeEnginePayloads', as, { payloads: payloads as unknown as Json[] });

test('without the codec a history says nothing of the case but its id; with it, an operator of a union above reads who did what', async () => {
  const payloads = await payloadsOf(walk);
  const { number } = await walk.now();
  const told = [walk.clerk, number, 'annualIncomeFen', 'grassrootsOrgId'];
  expect(payloads.length).toBeGreaterThan(10);
  expect(told.filter((text) => textIn(payloads).includes(text))).toEqual([]);
  // Sealed is all but what the engine searches by, and what its library notes about a local activity.
  const open = payloads.filter(({ metadata }) => plain(metadata.encoding) !== 'binary/encrypted');
  const attributes = open.filter(({ metadata }) => plain(metadata.type) === 'Keyword');
  for (const { data } of attributes) expect(plain(data)).toMatch(/^"([a-zA-Z0-9.@-]{1,40}|\d{4}-\d\d-\d\d)"$/);
  const notes = open.filter((payload) => !attributes.includes(payload)).map(({ data }) => Object.keys(JSON.parse(plain(data)) as object));
  expect([...new Set(notes.flat())].sort()).toEqual(['activity_id', 'activity_type', 'attempt', 'backoff', 'complete_time', 'original_schedule_time', 'seq']);

  const { status, body } = await decode('wx.operator', payloads);
  expect(status).toBe(200);
  expect(body.payloads).toHaveLength(payloads.length);
  expect(told.filter((text) => !textIn(body.payloads).includes(text))).toEqual([]);
  expect(body.payloads.filter(({ metadata }) => plain(metadata.encoding) === 'binary/encrypted')).toEqual([]);
});

test('each time it is an entry of the audit, with the case', async () => {
  await decode('wx.operator', (await payloadsOf(walk)).slice(0, 2));
  const { body } = await client.call<{ items: Json[] }>('listAccessesToCase', 'wx.auditor', { caseId: walk.caseId });
  expect(body.items[0]).toMatchObject({ operation: 'decodeEnginePayloads', actor: 'wx.operator', kind: 'read', outcome: 'done', caseId: walk.caseId, details: { payloads: 2, opened: expect.any(Number) as number } });
});

test('nobody else gets an answer, an administrator as little as a handler of the case', async () => {
  const payloads = (await payloadsOf(walk)).slice(0, 1);
  expect((await decode(null, payloads)).status).toBe(401);
  for (const user of ['wx.admin', 'wx-liangxi.handler', 'wx.head', 'wx.auditor', 'wx-liangxi-e1.clerk']) expect({ user, status: (await decode(user, payloads)).status }).toEqual({ user, status: 403 });
});

test('an operator of another union, and one who is near to the case, get them back as they were', async () => {
  const payloads = (await payloadsOf(walk)).filter(({ metadata }) => plain(metadata.encoding) === 'binary/encrypted');
  expect(await decode('bz.operator', payloads)).toMatchObject({ status: 200, body: { payloads } });
  await pool.query(`insert into recusal (user_id, case_id, because) values ('wx.operator', $1, 'declared')`, [other.caseId]);
  const near = (await payloadsOf(other)).filter(({ metadata }) => plain(metadata.encoding) === 'binary/encrypted');
  expect(await decode('wx.operator', near)).toMatchObject({ status: 200, body: { payloads: near } });
  await pool.query(`delete from recusal where case_id = $1`, [other.caseId]);
});

test('what the service itself has in the engine is for operators of a union that has none above', async () => {
  const [sealed] = await codecOf(await testKeys(pool)).encode([{ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"12 files"') }], { type: 'workflow', namespace: 'default', workflowId: 'date-walk' });
  const json = { metadata: Object.fromEntries(Object.entries(sealed!.metadata!).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')])), data: Buffer.from(sealed!.data!).toString('base64') };
  expect(await decode('wx.operator', [json])).toMatchObject({ status: 200, body: { payloads: [json] } });
  const above = (await ReferenceTables.load(pool)).organisations.get('wx')?.parentId ?? '';
  expect(textIn((await decode(`${above}.operator`, [json])).body.payloads)).toContain('12 files');
});

test('one that was changed, and one whose key was destroyed, say so; the others are read', async () => {
  const records = new ScopedRecords(stack.databaseUrl, 2);
  try {
    const inThisProcess = new EnginePayloads(codecOf(await testKeys(pool)), records, await ReferenceTables.load(pool));
    const [user] = await findUsers(pool, ['wx.operator']);
    const sealed = async (one: CaseWalk) => (await payloadsOf(one)).filter(({ metadata }) => plain(metadata.encoding) === 'binary/encrypted').slice(0, 1);
    const bytesOf = ({ metadata, data }: JsonPayload) => ({ metadata: Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')])), data: Buffer.from(data ?? '', 'base64') });
    const [good] = (await sealed(walk)).map(bytesOf);
    const [gone] = (await sealed(other)).map(bytesOf);
    const changed = { ...good!, data: Buffer.concat([good!.data.subarray(0, -1), Buffer.of(good!.data.at(-1)! ^ 1)]) };
    const { rows } = await pool.query<{ wrapped: Buffer }>('select wrapped from case_key where case_id = $1', [other.caseId]);
    await pool.query('update case_key set wrapped = null, destroyed_at = now() where case_id = $1', [other.caseId]);
    const { payloads, opened } = await inThisProcess.open([changed, gone!, good!], user!);
    await pool.query('update case_key set wrapped = $2, destroyed_at = null where case_id = $1', [other.caseId, rows[0]!.wrapped]);
    const texts = payloads.map(({ data }) => Buffer.from(data ?? []).toString());
    expect(texts[0]).toContain('was changed or moved');
    expect(texts[1]).toContain('was destroyed');
    expect(texts[2]).toBe(JSON.stringify((await walk.now()).number));
    expect(opened).toBe(3);
  } finally {
    await records.end();
  }
});

describe('the engine’s UI, which has an origin of its own', () => {
  const preflight = (origin: string, method = 'POST') =>
    fetch(`${stack.url}${DECODE}?preserveStorageRefs=true`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'content-type,x-namespace' } });
  /** As its pages ask, with the session of whoever is signed in here. */
  const asked = async (origin: string, user = 'wx.operator', path = DECODE) => {
    const token = await signedIn(user);
    const headers = { origin, cookie: `bihuan_session=${token}`, 'sec-fetch-site': 'same-site', 'content-type': 'application/json', 'x-namespace': 'default' };
    return fetch(`${stack.url}${path}?preserveStorageRefs=true`, { method: 'POST', headers, body: JSON.stringify({ payloads: await payloadsOf(walk) }) });
  };
  const signedIn = async (username: string) => {
    const response = await fetch(`${stack.url}/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username, password: stack.password }) });
    return ((await response.json()) as { token: string }).token;
  };

  test('may ask and read the answer', async () => {
    const allowed = await preflight(stack.engineUiUrl);
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({ 'access-control-allow-origin': stack.engineUiUrl, 'access-control-allow-credentials': 'true', 'access-control-allow-headers': 'content-type, x-namespace', vary: 'origin' });
    const answer = await asked(stack.engineUiUrl);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, stack.engineUiUrl]);
    expect(await answer.text()).toContain(Buffer.from('json/plain').toString('base64'));
    expect((await asked(stack.engineUiUrl, 'wx.admin')).status).toBe(403);
  });

  test('and no other page, and nothing else of the API', async () => {
    for (const origin of ['https://evil.example', 'null', `${stack.engineUiUrl}.evil.example`, stack.engineUiUrl.replace('http:', 'https:')]) {
      const refused = await preflight(origin);
      expect([origin, refused.headers.get('access-control-allow-origin')]).toEqual([origin, null]);
      const answer = await asked(origin);
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
      expect(await answer.json()).toMatchObject({ code: 'CROSS_SITE_REQUEST' });
    }
    const elsewhere = await asked(stack.engineUiUrl, 'wx-liangxi.handler', '/v1/calculators/assessment');
    expect([elsewhere.status, elsewhere.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const reading = await fetch(`${stack.url}/v1/cases/${randomUUID()}`, { headers: { origin: stack.engineUiUrl } });
    expect(reading.headers.get('access-control-allow-origin')).toBeNull();
  });
});
