import { connect } from '../../../store/db';
import { testStack } from '../../stack/test-stack';
import { CallerAt } from '../given/caller';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase, type WalkedCase } from '../given/walked-case';

const { url, password: demoPassword, databaseUrl } = testStack();
const pool = connect(databaseUrl, 2);
const anywhere = () => CallerAt.anywhere(url);
let county: CallerAt;
let client: ServiceClient;
beforeAll(async () => {
  county = await anywhere().signIn('wx-liangxi.admin', demoPassword);
  client = await ServiceClient.connect(testStack());
});
afterAll(() => pool.end());

async function machine(scopes: string[], orgId = 'wx-liangxi'): Promise<{ caller: CallerAt; id: string; token: string }> {
  const { status, body } = await county.post<{ client: { id: string }; token: string }>('/v1/machine-clients', { name: '比对接口', orgId, scopes, expiresInDays: 30 });
  expect(status).toBe(201);
  return { caller: anywhere().another(body.token), id: body.client.id, token: body.token };
}

async function atComparison(): Promise<WalkedCase> {
  const walked = await givenCase(client, 'notice1');
  while (!walked.view.awaiting.some(({ command }) => command === 'recordComparison')) await walked.passesNotice();
  return walked;
}

test('a machine with that scope records a comparison, in its own name', async () => {
  const walked = await atComparison();
  const { caller, id } = await machine(['recordComparison']);
  const { status } = await caller.post(`/v1/cases/${walked.id}/comparisons`, { result: 'consistent' });
  expect(status).toBe(200);
  const { rows } = await pool.query<{ actor: string }>(`select actor from case_event where case_id = $1 and type = 'comparisonRecorded'`, [walked.id]);
  expect(rows).toEqual([{ actor: `machine:${id}` }]);

  // And stands in the audit of its own union and of those above, as a person's does.
  const seen = async (as: string) => (await client.call<{ items: Record<string, unknown>[] }>('listAuditEntries', as, { operation: 'recordComparison', outcome: 'done', limit: 200 })).body.items.filter(({ caseId }) => caseId === walked.id);
  const line: unknown = expect.objectContaining({ kind: 'command', actorKind: 'machine', actor: `machine:${id}`, orgId: 'wx-liangxi', chain: `event:${walked.id}` });
  for (const as of ['wx-liangxi.auditor', 'wx.auditor']) expect(await seen(as)).toEqual([line]);
  for (const as of ['wx-xishan.auditor', 'bz.auditor']) expect(await seen(as)).toEqual([]);
});

test('a machine reads what its scopes name, of its own subtree, and nothing else', async () => {
  const walked = await givenCase(client, 'visit');
  const { caller } = await machine(['listCases', 'getCase']);
  expect((await caller.get('/v1/cases')).status).toBe(200);
  expect((await caller.get(`/v1/cases/${walked.id}`)).status).toBe(200);
  for (const path of ['/v1/tasks', `/v1/cases/${walked.id}/events`, '/v1/organisations', '/v1/session', '/v1/sessions', '/v1/users', '/v1/machine-clients']) {
    expectProblem(await caller.get(path), 403, 'FORBIDDEN');
  }
  const elsewhere = await machine(['getCase'], 'wx-liangxi-c1');
  expectProblem(await elsewhere.caller.get(`/v1/cases/${walked.id}`), 404, 'NOT_FOUND');
});

test('no scope that an administrator could give lets a machine act beyond reading and comparing', async () => {
  const impossible = ['prepareDisbursement', 'releaseDisbursement', 'decideCollectively', 'decideUpperReview', 'createUser', 'changePassword', 'login', 'raiseObjection', 'constructor', '*'];
  for (const scope of impossible) {
    const refused = await county.post('/v1/machine-clients', { name: 'x', orgId: 'wx-liangxi', scopes: ['listCases', scope], expiresInDays: 30 });
    expect(expectProblem(refused, 422, 'SCOPES_NOT_POSSIBLE').scopes).toEqual([scope]);
  }
});

test('not even a scope that was written into the record', async () => {
  const { caller, id } = await machine(['listCases']);
  await pool.query(`update machine_client set scopes = '{listCases,releaseDisbursement,decideCollectively,createUser,login}' where id = $1`, [id]);
  const nobody = '3f1c4b1e-0000-4000-8000-000000000000';
  for (const [path, body] of [
    [`/v1/disbursements/${nobody}/release`, {}],
    [`/v1/cases/${nobody}/collective-decision`, {}],
    ['/v1/users', { name: 'x', orgId: 'wx-liangxi', roles: ['handler'] }],
  ] as const) {
    expect([403, 404]).toContain((await caller.post(path, body)).status);
  }
  expectProblem(await caller.post('/v1/users', { name: 'x', orgId: 'wx-liangxi', roles: ['handler'] }), 403, 'FORBIDDEN');
});

test('a machine is made for the own subtree only', async () => {
  for (const orgId of ['wx', 'wx-xishan', 'nowhere']) {
    expectProblem(await county.post('/v1/machine-clients', { name: 'x', orgId, scopes: ['listCases'], expiresInDays: 30 }), 422, 'ORGANISATION_UNKNOWN');
  }
  const city = await anywhere().signIn('wx.admin', demoPassword);
  const { body } = await city.post<{ client: { id: string } }>('/v1/machine-clients', { name: 'x', orgId: 'wx', scopes: ['listCases'], expiresInDays: 30 });
  expectProblem(await county.delete(`/v1/machine-clients/${body.client.id}`), 404, 'NOT_FOUND');
  const { body: list } = await county.get<{ items: { id: string; orgId: string }[] }>('/v1/machine-clients?limit=200');
  expect(list.items.map(({ id }) => id)).not.toContain(body.client.id);
});

test('a token ends when it is revoked or over, from the next request on', async () => {
  const revoked = await machine(['listCases']);
  expect((await revoked.caller.get('/v1/cases')).status).toBe(200);
  expect((await county.delete(`/v1/machine-clients/${revoked.id}`)).body).toMatchObject({ id: revoked.id, revokedAt: expect.any(String) as string });
  expectProblem(await revoked.caller.get('/v1/cases'), 401, 'UNAUTHENTICATED');

  const over = await machine(['listCases']);
  await pool.query(`update machine_client set expires_at = now() where id = $1`, [over.id]);
  expectProblem(await over.caller.get('/v1/cases'), 401, 'UNAUTHENTICATED');
});

test('a token with another secret, another id or as a cookie alone serves nobody, and the record holds no token', async () => {
  const one = await machine(['listCases']);
  const other = await machine(['listCases']);
  const [, , secretOfOther = ''] = /^(bh_[0-9a-f]{16}_)(.+)$/.exec(other.token) ?? [];
  for (const token of [`bh_${one.id}_${secretOfOther}`, `bh_${one.id}_`, `${one.token}x`, one.token.slice(0, -1), `bh_${one.id}`]) {
    expectProblem(await anywhere().another(token).get('/v1/cases'), 401, 'UNAUTHENTICATED');
  }
  const cookie = `bihuan_session=${one.token}`;
  // A browser that has signed in at a proxy brings that along as well.
  const besides: Record<string, string>[] = [{}, { authorization: 'Basic dW5pb246dW5pb24=' }];
  for (const further of besides) {
    expectProblem(await anywhere().send({ method: 'GET', path: '/v1/cases', headers: { cookie, ...further } }), 401, 'UNAUTHENTICATED');
  }
  const { rows } = await pool.query<{ text: string }>('select row_to_json(m)::text as text from machine_client m where id = $1', [other.id]);
  expect(rows[0]!.text).not.toContain(secretOfOther);
  const { body } = await county.get('/v1/machine-clients?limit=200');
  expect(JSON.stringify(body)).not.toContain(secretOfOther);
});
