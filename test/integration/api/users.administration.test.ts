import { randomUUID } from 'node:crypto';
import { testStack } from '../../stack/test-stack';
import { newUser, OWN_PASSWORD, settledUser } from '../given/account';
import { CallerAt } from '../given/caller';
import { expectProblem } from '../given/problem';

const { url, password: demoPassword } = testStack();
const anywhere = () => CallerAt.anywhere(url);
const freshName = () => `t-${randomUUID().slice(0, 13)}`;
let city: CallerAt;
let county: CallerAt;
beforeAll(async () => {
  city = await anywhere().signIn('wx.admin', demoPassword);
  county = await anywhere().signIn('wx-liangxi.admin', demoPassword);
});

test.each(['clerk', 'handler', 'head', 'finance', 'treasurer', 'auditor', 'supervisor'])('%s administers nobody', async (role) => {
  const org = role === 'clerk' ? 'wx-liangxi-e1' : role === 'supervisor' ? 'wx' : 'wx-liangxi';
  const caller = await anywhere().signIn(`${org}.${role}`, demoPassword);
  const tries = [
    caller.get('/v1/users'),
    caller.post('/v1/users', { name: freshName(), orgId: org, roles: ['handler'] }),
    caller.put('/v1/users/wx-liangxi.handler/roles', { roles: ['head'] }),
    caller.post('/v1/users/wx-liangxi.handler/disabling'),
    caller.post('/v1/users/wx-liangxi.handler/enabling'),
    caller.post('/v1/users/wx-liangxi.handler/password-reset'),
    caller.post('/v1/users/wx-liangxi.handler/second-factor-reset'),
    caller.put('/v1/users/wx-liangxi.handler/oidc-subject', { subject: 'x' }),
    caller.get('/v1/machine-clients'),
    caller.post('/v1/machine-clients', { name: 'x', orgId: org, scopes: ['listCases'], expiresInDays: 1 }),
    caller.delete('/v1/machine-clients/x'),
  ];
  for (const reply of await Promise.all(tries)) expectProblem(reply, 403, 'FORBIDDEN');
});

test('an administrator sees the users of the own subtree, page by page, and no others', async () => {
  const names: string[] = [];
  let cursor: string | null = '';
  do {
    const { body }: { body: { items: { name: string; orgId: string }[]; nextCursor: string | null } } = await county.get(`/v1/users?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`);
    for (const { name, orgId } of body.items) {
      expect(orgId).toMatch(/^wx-liangxi/);
      names.push(name);
    }
    cursor = body.nextCursor;
  } while (cursor !== null);
  expect(names).toEqual([...names].sort());
  expect(names).toEqual(expect.arrayContaining(['wx-liangxi.admin', 'wx-liangxi.handler', 'wx-liangxi-e1.clerk']));
  expect(new Set(names).size).toBe(names.length);
  const { body } = await county.get<{ items: object[] }>('/v1/users?orgId=wx');
  expect(body.items).toEqual([]);
});

test('whoever belongs above or beside does not exist for an administrator', async () => {
  for (const name of ['wx.handler', 'wx.admin', 'wx-huishan.handler', 'bz-woyang.handler', 'nobody']) {
    for (const [method, path, body] of [
      ['PUT', 'roles', { roles: ['handler'] }],
      ['POST', 'disabling', undefined],
      ['POST', 'password-reset', undefined],
      ['POST', 'second-factor-reset', undefined],
      ['PUT', 'oidc-subject', { subject: null }],
    ] as const) {
      expectProblem(await county.send({ method, path: `/v1/users/${name}/${path}`, body }), 404, 'NOT_FOUND');
    }
  }
});

test('nobody administers himself: no role upwards, and no organisation loses its last administrator by his own hand', async () => {
  for (const reply of [
    await county.put('/v1/users/wx-liangxi.admin/roles', { roles: ['handler'] }),
    await county.post('/v1/users/wx-liangxi.admin/disabling'),
    await county.post('/v1/users/wx-liangxi.admin/password-reset'),
    await county.post('/v1/users/wx-liangxi.admin/second-factor-reset'),
  ]) {
    expectProblem(reply, 403, 'CANNOT_ADMINISTER_ONESELF');
  }
});

test.each([
  ['an organisation above', 'wx', ['handler'], 'ORGANISATION_UNKNOWN'],
  ['an organisation beside', 'wx-xishan', ['handler'], 'ORGANISATION_UNKNOWN'],
  ['an organisation that does not exist', 'nowhere', ['handler'], 'ORGANISATION_UNKNOWN'],
  ['a role of another level', 'wx-liangxi', ['clerk'], 'ROLES_NOT_POSSIBLE'],
  ['a role of a higher level', 'wx-liangxi', ['supervisor'], 'ROLES_NOT_POSSIBLE'],
  ['an administrator who sees cases', 'wx-liangxi', ['admin', 'handler'], 'ROLES_NOT_POSSIBLE'],
  ['an administrator of a workplace', 'wx-liangxi-e1', ['admin'], 'ROLES_NOT_POSSIBLE'],
])('no user is made for %s', async (_what, orgId, roles, code) => {
  expectProblem(await county.post('/v1/users', { name: freshName(), orgId, roles }), 422, code);
});

test('nor with a name that another has in other capitals, or that could be a machine', async () => {
  const { name } = await newUser(county);
  expectProblem(await county.post('/v1/users', { name: name.toUpperCase(), orgId: 'wx-liangxi', roles: ['handler'] }), 409, 'USER_NAME_TAKEN');
  for (const odd of ['machine:1', 'a b', '', '../x', 'e\u0301', '-x']) expectProblem(await county.post('/v1/users', { name: odd, orgId: 'wx-liangxi', roles: ['handler'] }), 400, 'INVALID_INPUT');
});

test('roles of somebody are changed within the level only', async () => {
  const { name } = await newUser(county);
  expect((await county.put(`/v1/users/${name}/roles`, { roles: ['finance', 'head'] })).body).toMatchObject({ name, roles: ['finance', 'head'] });
  expectProblem(await county.put(`/v1/users/${name}/roles`, { roles: ['supervisor'] }), 422, 'ROLES_NOT_POSSIBLE');
  expectProblem(await county.put(`/v1/users/${name}/roles`, { roles: ['finance', 'finance'] }), 400, 'INVALID_INPUT');
  expectProblem(await county.put(`/v1/users/${name}/roles`, { roles: [] }), 400, 'INVALID_INPUT');
});

test('columns that a caller adds on top change nothing', async () => {
  const name = freshName();
  const { body } = await county.post('/v1/users', { name, orgId: 'wx-liangxi', roles: ['handler'], isDemo: true, password: 'chosen', mustChangePassword: false, session_epoch: 9 });
  expect(body.user).toMatchObject({ name, isDemo: false, mustChangePassword: true, isDisabled: false });
  expectProblem(await anywhere().login(name, 'chosen'), 401, 'UNAUTHENTICATED');
});

test('of two administrators who disable each other at the same moment one remains', async () => {
  const [one, other] = [await settledUser(city, anywhere(), { roles: ['admin'] }), await settledUser(city, anywhere(), { roles: ['admin'] })];
  const replies = await Promise.all([one.caller.post(`/v1/users/${other.name}/disabling`), other.caller.post(`/v1/users/${one.name}/disabling`)]);
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 401]);
});

test('a first password is shown once and is nowhere in the list', async () => {
  const { name, firstPassword } = await newUser(county);
  expect(firstPassword).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/);
  const { body } = await county.get<{ items: { name: string }[] }>('/v1/users?limit=200');
  expect(body.items.find((user) => user.name === name)).toMatchObject({ hasSecondFactor: false, mustChangePassword: true, oidcSubject: null });
  expect(JSON.stringify(body)).not.toContain(firstPassword);
});

test('a password that was reset serves no more, and the new one must be changed first', async () => {
  const { name, authenticator } = await settledUser(city, anywhere());
  const { body } = await city.post<{ firstPassword: string }>(`/v1/users/${name}/password-reset`);
  expectProblem(await anywhere().login(name, OWN_PASSWORD, await authenticator.nextCode()), 401, 'UNAUTHENTICATED');
  expectProblem(await anywhere().login(name, body.firstPassword), 401, 'SECOND_FACTOR_REQUIRED');
  const caller = await anywhere().signIn(name, body.firstPassword, authenticator.codeFromNow(1));
  expectProblem(await caller.get('/v1/cases'), 403, 'PASSWORD_CHANGE_REQUIRED');
});

test('without an identity provider nobody is linked to one', async () => {
  const { name } = await newUser(city);
  expectProblem(await city.put(`/v1/users/${name}/oidc-subject`, { subject: 'x' }), 409, 'OIDC_OFF');
  expectProblem(await city.post('/v1/users', { name: freshName(), orgId: 'wx', roles: ['handler'], oidcSubject: 'x' }), 409, 'OIDC_OFF');
  expectProblem(await anywhere().get('/v1/session/oidc'), 404, 'NOT_FOUND');
  expectProblem(await anywhere().get('/v1/session/oidc/callback?code=a&state=b'), 404, 'NOT_FOUND');
});

test('administrators see no case, with a session that is otherwise complete', async () => {
  const { caller } = await settledUser(city, anywhere(), { roles: ['admin'] });
  for (const path of ['/v1/cases', '/v1/tasks']) expectProblem(await caller.get(path), 403, 'FORBIDDEN');
});
