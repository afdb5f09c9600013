import { Secret } from 'otpauth';
import { connect } from '../../../store/db';
import { testStack } from '../../stack/test-stack';
import { Authenticator, enrol, newUser, OWN_PASSWORD, settledUser } from '../given/account';
import { CallerAt } from '../given/caller';
import { expectProblem } from '../given/problem';

const { url, password: demoPassword, databaseUrl } = testStack();
const pool = connect(databaseUrl, 2);
let admin: CallerAt;
beforeAll(async () => {
  admin = await CallerAt.anywhere(url).signIn('wx.admin', demoPassword);
});
afterAll(() => pool.end());

const anywhere = () => CallerAt.anywhere(url);

test('a demo user signs in with the password alone and can do all that its role can', async () => {
  const { status, body } = await anywhere().login('wx-liangxi.handler', demoPassword);
  expect(status).toBe(200);
  expect(body).toEqual({ token: expect.any(String) as string, user: { name: 'wx-liangxi.handler', orgId: 'wx-liangxi', orgName: expect.any(String) as string, roles: ['handler'] } });
  expect((await anywhere().another(body.token as string).get('/v1/tasks')).status).toBe(200);
});

test('how a demo user signs in cannot be changed: it is everybody\'s', async () => {
  const demo = await anywhere().signIn('wx-liangxi.finance', demoPassword);
  expectProblem(await demo.post('/v1/session/second-factor'), 409, 'DEMO_USER');
  expectProblem(await demo.post('/v1/session/password', { currentPassword: demoPassword, newPassword: OWN_PASSWORD }), 409, 'DEMO_USER');
  expectProblem(await admin.post('/v1/users/wx-liangxi.finance/password-reset'), 409, 'DEMO_USER');
});

test('the first session of a new user serves to choose a password and to enrol, and to nothing else', async () => {
  const { name, firstPassword } = await newUser(admin);
  const caller = await anywhere().signIn(name, firstPassword);
  expect((await caller.get('/v1/session')).body).toMatchObject({ name, owes: ['changePassword', 'enrolSecondFactor'] });
  for (const path of ['/v1/cases', '/v1/tasks', '/v1/organisations', '/v1/sessions']) expectProblem(await caller.get(path), 403, 'PASSWORD_CHANGE_REQUIRED');
  expectProblem(await caller.send({ method: 'DELETE', path: '/v1/sessions' }), 403, 'PASSWORD_CHANGE_REQUIRED');

  const changed = await caller.post<{ token: string }>('/v1/session/password', { currentPassword: firstPassword, newPassword: OWN_PASSWORD });
  expect(changed.status).toBe(200);
  caller.token = changed.body.token;
  for (const path of ['/v1/cases', '/v1/tasks', '/v1/organisations', '/v1/sessions']) expectProblem(await caller.get(path), 403, 'SECOND_FACTOR_ENROLMENT_REQUIRED');

  await enrol(caller);
  expect((await caller.get('/v1/session')).body).not.toHaveProperty('owes');
  expect((await caller.get('/v1/cases')).status).toBe(200);
});

test('enrolling first does not get round the change of the password', async () => {
  const { name, firstPassword } = await newUser(admin);
  const caller = await anywhere().signIn(name, firstPassword);
  await enrol(caller);
  expectProblem(await caller.get('/v1/cases'), 403, 'PASSWORD_CHANGE_REQUIRED');
});

test('every step up begins a new session: the tokens before serve no more', async () => {
  const { name, firstPassword } = await newUser(admin);
  const caller = await anywhere().signIn(name, firstPassword);
  const first = caller.another(caller.token);
  const changed = await caller.post<{ token: string }>('/v1/session/password', { currentPassword: firstPassword, newPassword: OWN_PASSWORD });
  expectProblem(await first.get('/v1/session'), 401, 'UNAUTHENTICATED');
  const second = caller.another(changed.body.token);
  caller.token = changed.body.token;
  await enrol(caller);
  expectProblem(await second.get('/v1/session'), 401, 'UNAUTHENTICATED');
});

test('the code is asked for only once the password is right', async () => {
  const { name, authenticator } = await settledUser(admin, anywhere());
  const caller = anywhere();
  expectProblem(await caller.login(name, 'wrong password'), 401, 'UNAUTHENTICATED');
  expectProblem(await caller.login(name, 'wrong password', await authenticator.nextCode()), 401, 'UNAUTHENTICATED');
  const asked = await caller.login(name, OWN_PASSWORD);
  expectProblem(asked, 401, 'SECOND_FACTOR_REQUIRED');
  expect(asked.headers.get('set-cookie')).toBeNull();
});

test('a code serves once, also for two who send it at the same moment, and so does none before it', async () => {
  const { name, authenticator } = await settledUser(admin, anywhere());
  const code = await authenticator.nextCode();
  const replies = await Promise.all([anywhere().login(name, OWN_PASSWORD, code), anywhere().login(name, OWN_PASSWORD, code)]);
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 401]);
  expectProblem(await anywhere().login(name, OWN_PASSWORD, code), 401, 'SECOND_FACTOR_WRONG');
  expectProblem(await anywhere().login(name, OWN_PASSWORD, authenticator.codeFromNow(-1)), 401, 'SECOND_FACTOR_WRONG');
});

test('codes of the steps before and after the present one are taken, others not', async () => {
  const { name, authenticator } = await settledUser(admin, anywhere());
  await pool.query('update second_factor set last_step = 0 where user_id = $1', [name]);
  expectProblem(await anywhere().login(name, OWN_PASSWORD, authenticator.codeFromNow(-3)), 401, 'SECOND_FACTOR_WRONG');
  expectProblem(await anywhere().login(name, OWN_PASSWORD, authenticator.codeFromNow(3)), 401, 'SECOND_FACTOR_WRONG');
  expect((await anywhere().login(name, OWN_PASSWORD, authenticator.codeFromNow(0))).status).toBe(200);
  expect((await anywhere().login(name, OWN_PASSWORD, authenticator.codeFromNow(1))).status).toBe(200);
});

test('a recovery code stands in for the authenticator once, however it is typed', async () => {
  const { name, recoveryCodes } = await settledUser(admin, anywhere());
  expect(new Set(recoveryCodes).size).toBe(10);
  const [one = '', other = ''] = recoveryCodes;
  expect((await anywhere().login(name, OWN_PASSWORD, one)).status).toBe(200);
  expectProblem(await anywhere().login(name, OWN_PASSWORD, one), 401, 'SECOND_FACTOR_WRONG');
  expect((await anywhere().login(name, OWN_PASSWORD, other.toUpperCase().replaceAll('-', ' '))).status).toBe(200);
  expectProblem(await anywhere().login(name, OWN_PASSWORD, `${other.slice(0, -1)}0`), 401, 'SECOND_FACTOR_WRONG');
});

test("nobody signs in with another user's code", async () => {
  const one = await settledUser(admin, anywhere());
  const other = await settledUser(admin, anywhere());
  expectProblem(await anywhere().login(one.name, OWN_PASSWORD, await other.authenticator.nextCode()), 401, 'SECOND_FACTOR_WRONG');
  expectProblem(await anywhere().login(one.name, OWN_PASSWORD, other.recoveryCodes[0]), 401, 'SECOND_FACTOR_WRONG');
});

test('a confirmed authenticator is replaced by nobody but an administrator', async () => {
  const { name, caller, authenticator } = await settledUser(admin, anywhere());
  expectProblem(await caller.post('/v1/session/second-factor'), 409, 'SECOND_FACTOR_ENROLLED');
  expectProblem(await caller.post('/v1/session/second-factor/confirmation', { code: authenticator.codeFromNow(0) }), 409, 'SECOND_FACTOR_ENROLLED');
  expectProblem(await caller.post(`/v1/users/${name}/second-factor-reset`), 403, 'FORBIDDEN');

  const reset = await admin.post(`/v1/users/${name}/second-factor-reset`);
  expect(reset.body).toMatchObject({ name, hasSecondFactor: false });
  expectProblem(await caller.get('/v1/session'), 401, 'UNAUTHENTICATED');
  const { body } = await anywhere().login(name, OWN_PASSWORD);
  expectProblem(await anywhere().another(body.token as string).get('/v1/cases'), 403, 'SECOND_FACTOR_ENROLMENT_REQUIRED');
});

test('enrolling begun twice: only the newest secret counts', async () => {
  const { name, firstPassword } = await newUser(admin);
  const caller = await anywhere().signIn(name, firstPassword);
  const { body: old } = await caller.post<{ secret: string }>('/v1/session/second-factor');
  const { body: latest } = await caller.post<{ secret: string; otpauthUri: string }>('/v1/session/second-factor');
  expect(latest.secret).not.toBe(old.secret);
  expect(latest.otpauthUri).toMatch(/^otpauth:\/\/totp\/Bihuan:.*algorithm=SHA1.*digits=6.*period=30/);
  expectProblem(await caller.post('/v1/session/second-factor/confirmation', { code: new Authenticator(old.secret).codeFromNow(0) }), 422, 'CODE_NOT_ACCEPTED');
  expect((await caller.post('/v1/session/second-factor/confirmation', { code: new Authenticator(latest.secret).codeFromNow(0) })).status).toBe(200);
});

test('a copy of the database makes no code: secrets are sealed, recovery codes and tokens are digests', async () => {
  const { name, firstPassword } = await newUser(admin);
  const caller = await anywhere().signIn(name, firstPassword);
  const { body } = await caller.post<{ secret: string }>('/v1/session/second-factor');
  const secret = Buffer.from(Secret.fromBase32(body.secret).bytes);
  const { rows } = await pool.query<{ sealed: Buffer }>('select sealed_secret as sealed from second_factor where user_id = $1', [name]);
  expect(rows[0]!.sealed.includes(secret)).toBe(false);

  const settled = await settledUser(admin, anywhere());
  for (const [table, canary] of [
    ['recovery_code', settled.recoveryCodes[0]!],
    ['session', settled.caller.token!],
    ['app_user', OWN_PASSWORD],
    ['auth_event', OWN_PASSWORD],
  ] as const) {
    const digestless = await pool.query<{ text: string }>(`select row_to_json(t)::text as text from ${table} t`);
    const texts = digestless.rows.map(({ text }) => text).join('\n');
    expect(texts).not.toContain(canary);
    expect(texts).not.toContain(Buffer.from(canary).toString('hex'));
  }
});

test("a secret that was moved to another user's row does not open", async () => {
  const thief = await settledUser(admin, anywhere());
  const victim = await settledUser(admin, anywhere());
  await pool.query('update second_factor set sealed_secret = (select sealed_secret from second_factor where user_id = $1) where user_id = $2', [thief.name, victim.name]);
  const { status } = await anywhere().login(victim.name, OWN_PASSWORD, await thief.authenticator.nextCode());
  expect(status).not.toBe(200);
});
