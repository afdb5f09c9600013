import { connect } from '../../../store/db';
import { OwnApi } from '../../stack/own-api';
import { testStack } from '../../stack/test-stack';
import { newUser, OWN_PASSWORD, settledUser } from '../given/account';
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
const serves = async (caller: CallerAt) => (await caller.get('/v1/session')).status === 200;

test('a session without a request for half an hour has ended, one in use goes on', async () => {
  const { name, caller } = await settledUser(admin, anywhere());
  await pool.query(`update session set last_seen_at = now() - interval '29 minutes' where user_id = $1`, [name]);
  expect(await serves(caller)).toBe(true);
  const seen = async () => (await pool.query<{ age: number }>('select extract(epoch from now() - last_seen_at)::float8 as age from session where user_id = $1', [name])).rows[0]!.age;
  expect(await seen()).toBeLessThan(30); // that request was noted
  await pool.query(`update session set last_seen_at = now() - interval '50 seconds' where user_id = $1`, [name]);
  expect(await serves(caller)).toBe(true);
  expect(await seen()).toBeGreaterThan(45); // within a minute nothing is written
  await pool.query(`update session set last_seen_at = now() - interval '31 minutes' where user_id = $1`, [name]);
  expect(await serves(caller)).toBe(false);
  expect(await serves(caller)).toBe(false);
});

test('where a session ends after a minute without a request, one in use goes on all the same', async () => {
  const api = await OwnApi.start({ SESSION_IDLE_MINUTES: '1' });
  try {
    const { name, caller } = await settledUser(admin, CallerAt.anywhere(api.url));
    for (let n = 0; n < 3; n++) {
      await pool.query(`update session set last_seen_at = last_seen_at - interval '40 seconds' where user_id = $1`, [name]);
      expect(await serves(caller)).toBe(true);
    }
    await pool.query(`update session set last_seen_at = last_seen_at - interval '61 seconds' where user_id = $1`, [name]);
    expect(await serves(caller)).toBe(false);
  } finally {
    await api.stop();
  }
});

test('a session ends after twelve hours however much it is used', async () => {
  const { name, caller } = await settledUser(admin, anywhere());
  const { rows } = await pool.query<{ hours: number }>('select extract(epoch from expires_at - created_at)::float8 / 3600 as hours from session where user_id = $1', [name]);
  expect(rows[0]!.hours).toBeCloseTo(12, 3);
  await pool.query('update session set expires_at = now() where user_id = $1', [name]);
  expect(await serves(caller)).toBe(false);
});

test('a session in which something is owed lasts half an hour at the most', async () => {
  const { name, firstPassword } = await newUser(admin);
  await anywhere().signIn(name, firstPassword);
  const { rows } = await pool.query<{ minutes: number }>('select extract(epoch from expires_at - created_at)::float8 / 60 as minutes from session where user_id = $1', [name]);
  expect(rows[0]!.minutes).toBeCloseTo(30, 1);
});

test.each<[string, (name: string, caller: CallerAt) => Promise<unknown>]>([
  ['disabling the user', (name) => admin.post(`/v1/users/${name}/disabling`)],
  ['another role', (name) => admin.put(`/v1/users/${name}/roles`, { roles: ['finance'] })],
  ['a reset of the password', (name) => admin.post(`/v1/users/${name}/password-reset`)],
  ['a reset of the second factor', (name) => admin.post(`/v1/users/${name}/second-factor-reset`)],
  ['a change of the password', (_name, caller) => caller.post('/v1/session/password', { currentPassword: OWN_PASSWORD, newPassword: `${OWN_PASSWORD}, zweimal` })],
  ['signing out everywhere', (_name, caller) => caller.delete('/v1/sessions')],
])('%s ends every session of the user at its next request', async (_what, act) => {
  const { name, caller, authenticator } = await settledUser(admin, anywhere());
  const elsewhere = await anywhere().signIn(name, OWN_PASSWORD, await authenticator.nextCode());
  expect([await serves(caller), await serves(elsewhere)]).toEqual([true, true]);
  expect(((await act(name, caller)) as { status: number }).status).toBeLessThan(300);
  expect([await serves(caller), await serves(elsewhere)]).toEqual([false, false]);
});

test('a change of the password goes on under a new token', async () => {
  const { caller } = await settledUser(admin, anywhere());
  const { body } = await caller.post<{ token: string }>('/v1/session/password', { currentPassword: OWN_PASSWORD, newPassword: `${OWN_PASSWORD}, zweimal` });
  expect(await serves(caller.another(body.token))).toBe(true);
});

test('what is revoked while somebody signs in does not let him in: a session of the time before is void', async () => {
  const { name, caller } = await settledUser(admin, anywhere());
  // As if the reset had come between the check of the password and the beginning of the session.
  await pool.query('update session set epoch = epoch - 1 where user_id = $1', [name]);
  expect(await serves(caller)).toBe(false);
});

test('a user who is enabled again has no session of before', async () => {
  const { name, caller } = await settledUser(admin, anywhere());
  await admin.post(`/v1/users/${name}/disabling`);
  expectProblem(await anywhere().login(name, OWN_PASSWORD), 401, 'UNAUTHENTICATED');
  await admin.post(`/v1/users/${name}/enabling`);
  expect(await serves(caller)).toBe(false);
  expectProblem(await anywhere().login(name, OWN_PASSWORD), 401, 'SECOND_FACTOR_REQUIRED');
});

test('one sees the own sessions and ends one of them; those of others do not exist', async () => {
  const { name, caller, authenticator } = await settledUser(admin, anywhere());
  const elsewhere = await anywhere().signIn(name, OWN_PASSWORD, await authenticator.nextCode());
  const { body } = await caller.get<{ items: { id: string; isCurrent: boolean; method: string; addressPrefix: string }[] }>('/v1/sessions');
  expect(body.items.map(({ isCurrent, method }) => [isCurrent, method])).toEqual([[false, 'passwordAndCode'], [true, 'passwordAndCode']]);
  expect(body.items.map(({ addressPrefix }) => addressPrefix)).toEqual([elsewhere, caller].map(({ address }) => `${address.split('.').slice(0, 3).join('.')}.0/24`));
  expect(JSON.stringify(body)).not.toContain(caller.token);

  const stranger = (await settledUser(admin, anywhere())).caller;
  const [other] = body.items;
  expectProblem(await stranger.delete(`/v1/sessions/${other!.id}`), 404, 'NOT_FOUND');
  expectProblem(await stranger.delete('/v1/sessions/none'), 404, 'NOT_FOUND');
  expect(await serves(elsewhere)).toBe(true);
  expect((await caller.delete(`/v1/sessions/${other!.id}`)).status).toBe(204);
  expect([await serves(elsewhere), await serves(caller)]).toEqual([false, true]);
});

/** What a browser and our front end say of a request with a cookie (ADR 025). */
const OUR_PAGE = { 'sec-fetch-site': 'same-origin', 'x-bihuan': '1' };

test('the cookie is for our own pages alone, and a new one comes with every step', async () => {
  const { name, firstPassword } = await newUser(admin);
  const caller = anywhere();
  const login = await caller.login(name, firstPassword);
  const cookie = login.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^bihuan_session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  // Not chosen by whoever brings one along.
  const planted = await caller.send({ method: 'POST', path: '/v1/session', body: { username: name, password: firstPassword }, headers: { ...OUR_PAGE, cookie: 'bihuan_session=planted' } });
  expect(planted.headers.get('set-cookie')).not.toContain('planted');

  caller.token = undefined;
  const changed = await caller.send({
    method: 'POST',
    path: '/v1/session/password',
    body: { currentPassword: firstPassword, newPassword: OWN_PASSWORD },
    headers: { ...OUR_PAGE, cookie: (planted.headers.get('set-cookie') ?? '').split(';')[0] ?? '' },
  });
  expect(changed.status).toBe(200);
  expect(changed.headers.get('set-cookie')).toMatch(/^bihuan_session=/);
});

test('signing out ends the session of that token and no other', async () => {
  const { name, caller, authenticator } = await settledUser(admin, anywhere());
  const elsewhere = await anywhere().signIn(name, OWN_PASSWORD, await authenticator.nextCode());
  expect((await caller.delete('/v1/session')).status).toBe(204);
  expect([await serves(caller), await serves(elsewhere)]).toEqual([false, true]);
});

test('a password that somebody else has made serves three days', async () => {
  const { name, firstPassword } = await newUser(admin);
  await pool.query(`update app_user set first_password_until = now() - interval '1 second' where id = $1`, [name]);
  expectProblem(await anywhere().login(name, 'wrong password'), 401, 'UNAUTHENTICATED');
  expectProblem(await anywhere().login(name, firstPassword), 401, 'FIRST_PASSWORD_EXPIRED');
});

test.each([
  ['too short', 'kurz 123', ['TOO_SHORT']],
  ['too long', 'x9 '.repeat(50), ['TOO_LONG']],
  ['what everybody tries', 'Password2024!', ['COMMON']],
  ['the organisation', 'wx-liangxi-42', ['NAMES_THE_ACCOUNT']],
  ['a walk on the keyboard', 'qwertyuiopasdf', ['COMMON', 'PATTERN']],
  ['the one before', '', ['SAME_AS_BEFORE']],
])('a new password is refused that is %s', async (_what, wanted, reasons) => {
  const { name, firstPassword } = await newUser(admin);
  const caller = await anywhere().signIn(name, firstPassword);
  const refused = await caller.post('/v1/session/password', { currentPassword: firstPassword, newPassword: wanted || firstPassword });
  expect(expectProblem(refused, 422, 'PASSWORD_NOT_ACCEPTED').reasons).toEqual(reasons);
});

test('a password hash of the release before is taken once, and kept in the new form from then on', async () => {
  const { name } = await newUser(admin);
  const scrypt = 'scrypt:000102030405060708090a0b0c0d0e0f:' + (await scryptOf('an old password'));
  await pool.query('update app_user set password_hash = $2, must_change_password = false where id = $1', [name, scrypt]);
  const hash = async () => (await pool.query<{ hash: string }>('select password_hash as hash from app_user where id = $1', [name])).rows[0]!.hash;
  expectProblem(await anywhere().login(name, 'another password'), 401, 'UNAUTHENTICATED');
  expect(await hash()).toBe(scrypt);
  expect((await anywhere().login(name, 'an old password')).status).toBe(200);
  expect(await hash()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect((await anywhere().login(name, 'an old password')).status).toBe(200);
});

async function scryptOf(password: string): Promise<string> {
  const { scrypt } = await import('node:crypto');
  return new Promise((resolve, reject) => {
    scrypt(password, Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'), 32, (error, key) => (error ? reject(error) : resolve(key.toString('hex'))));
  });
}

test.each([
  ['signing out', '/v1/session'],
  ['signing out everywhere', '/v1/sessions'],
])('%s takes the cookie back and has the browser forget what it kept', async (_what, path) => {
  const { caller } = await settledUser(admin, anywhere());
  const { status, headers } = await caller.delete(path);
  expect([status, headers.get('clear-site-data')]).toEqual([204, '"cache", "storage"']);
  expect(headers.get('set-cookie')).toMatch(/^bihuan_session=;.*(Max-Age=0|1970)/);
});
