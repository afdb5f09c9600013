import { connect } from '../../../store/db';
import { testStack } from '../../stack/test-stack';
import { enrol, newUser, OWN_PASSWORD, settledUser } from '../given/account';
import { CallerAt } from '../given/caller';
import { expectProblem } from '../given/problem';
import type { Reply } from '../given/service-client';

const { url, password: demoPassword, databaseUrl } = testStack();
const pool = connect(databaseUrl, 2);
let admin: CallerAt;
beforeAll(async () => {
  admin = await CallerAt.anywhere(url).signIn('wx.admin', demoPassword);
});
afterAll(() => pool.end());

/** As if so many minutes had passed since the last failure. Only this file's tests wait for delays. */
async function passMinutes(minutes: number): Promise<void> {
  await pool.query('update sign_in_delay set blocked_until = blocked_until - make_interval(mins => $1)', [minutes]);
}

function secondsToWait(reply: Reply): number {
  const { retryAfterSeconds } = expectProblem(reply, 429, 'SIGN_IN_DELAYED');
  expect(reply.headers.get('retry-after')).toBe(String(retryAfterSeconds));
  return Number(retryAfterSeconds);
}

async function fail(caller: CallerAt, name: string, times: number): Promise<void> {
  for (let n = 0; n < times; n++) expectProblem(await caller.login(name, 'wrong password'), 401, 'UNAUTHENTICATED');
}

/** The fifth failure, and the try after it. */
async function failTo(caller: CallerAt, name: string): Promise<Reply> {
  await fail(caller, name, 1);
  return caller.login(name, 'wrong password');
}

test('after five failures one waits a minute, then two, then four, up to an hour, and the right password does not help meanwhile', async () => {
  const { name, firstPassword } = await newUser(admin);
  const guesser = CallerAt.anywhere(url);
  await fail(guesser, name, 5);
  for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
    const seconds = secondsToWait(await guesser.login(name, firstPassword));
    expect(seconds).toBeGreaterThan((minutes - 1) * 60);
    expect(seconds).toBeLessThanOrEqual(minutes * 60);
    await passMinutes(minutes);
    await fail(guesser, name, 1);
  }
});

test('a name that nobody has is delayed in the same way and the same words', async () => {
  const guesser = CallerAt.anywhere(url);
  const { name } = await newUser(admin);
  const [known, unknown] = [name, `${name}-nobody`];
  for (const tried of [known, unknown]) await fail(guesser, tried, 5);
  const [one, other] = [await guesser.login(known, 'x'), await guesser.login(unknown, 'x')];
  expect(secondsToWait(one)).toBeGreaterThan(50);
  expect(secondsToWait(other)).toBeGreaterThan(50);
  expect((one.body as { title: string }).title).toBe((other.body as { title: string }).title);
});

test('of many guesses at once no more get through than one after the other', async () => {
  const { name } = await newUser(admin);
  const guesser = CallerAt.anywhere(url);
  const replies = await Promise.all(Array.from({ length: 40 }, () => guesser.login(name, 'wrong password')));
  expect(replies.filter(({ status }) => status === 401)).toHaveLength(5);
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(35);
});

test('guesses from many addresses add up on the account', async () => {
  const { name, firstPassword } = await newUser(admin);
  for (let n = 0; n < 5; n++) await fail(CallerAt.anywhere(url), name, 1);
  secondsToWait(await CallerAt.anywhere(url).login(name, firstPassword));
});

test('guesses at many accounts add up on the address', async () => {
  const guesser = CallerAt.anywhere(url);
  for (let n = 0; n < 20; n++) await fail(guesser, `somebody-${n}-${guesser.address}`, 1);
  secondsToWait(await guesser.login(`somebody-else-${guesser.address}`, 'x'));
});

test('nobody can lock somebody out at a desk where he has signed in before', async () => {
  const { name, caller } = await settledUser(admin, CallerAt.anywhere(url));
  for (let n = 0; n < 5; n++) await fail(CallerAt.anywhere(url), name, 1);
  secondsToWait(await CallerAt.anywhere(url).login(name, OWN_PASSWORD));
  expectProblem(await caller.login(name, OWN_PASSWORD), 401, 'SECOND_FACTOR_REQUIRED'); // not delayed, and asked for the code as ever
});

test('nor can a colleague behind the same address, whose guesses at others delay himself', async () => {
  const { name, caller } = await settledUser(admin, CallerAt.anywhere(url));
  for (let n = 0; n < 20; n++) await fail(caller, `nobody-${n}-${caller.address}`, 1);
  secondsToWait(await caller.login(`nobody-${caller.address}`, 'x'));
  expectProblem(await caller.login(name, OWN_PASSWORD), 401, 'SECOND_FACTOR_REQUIRED');
});

test('what people mistype at their desks keeps nobody out who signs in there for the first time', async () => {
  const office = CallerAt.anywhere(url);
  const staff: string[] = [];
  for (let n = 0; n < 6; n++) staff.push((await settledUser(admin, office.another())).name);
  for (const name of staff) await fail(office, name, 4);
  const newcomer = await newUser(admin);
  expect((await office.login(newcomer.name, newcomer.firstPassword)).status).toBe(200);
  secondsToWait(await failTo(office, staff[0]!)); // himself as ever
});

test('a success clears the failures of the account, and not the guesses at others from the same address', async () => {
  const guesser = CallerAt.anywhere(url);
  const own = await newUser(admin);
  for (let n = 0; n < 19; n++) await fail(guesser, `victim-${n}-${guesser.address}`, 1);
  expect((await guesser.login(own.name, own.firstPassword)).status).toBe(200);
  await fail(guesser, `victim-last-${guesser.address}`, 1);
  secondsToWait(await guesser.login(`victim-more-${guesser.address}`, 'x'));

  const there = CallerAt.anywhere(url);
  await fail(there, own.name, 4);
  expect((await there.login(own.name, own.firstPassword)).status).toBe(200);
  await fail(there, own.name, 4);
  expect((await there.login(own.name, own.firstPassword)).status).toBe(200);
});

test('wrong codes are delayed as wrong passwords are, and asking without a code in between does not start the count anew', async () => {
  const { name, authenticator } = await settledUser(admin, CallerAt.anywhere(url));
  const thief = CallerAt.anywhere(url);
  for (let n = 0; n < 5; n++) {
    expectProblem(await thief.login(name, OWN_PASSWORD), 401, 'SECOND_FACTOR_REQUIRED');
    expectProblem(await thief.login(name, OWN_PASSWORD, '000000'), 401, 'SECOND_FACTOR_WRONG');
  }
  secondsToWait(await thief.login(name, OWN_PASSWORD, await authenticator.nextCode()));
});

test('of many codes tried at once no more are looked at than one after the other', async () => {
  const { name } = await settledUser(admin, CallerAt.anywhere(url));
  const thief = CallerAt.anywhere(url);
  const replies = await Promise.all(Array.from({ length: 30 }, (_, n) => thief.login(name, OWN_PASSWORD, String(100_000 + n))));
  expect(replies.filter(({ status }) => status === 401)).toHaveLength(5);
});

test('whoever has only a stolen session cannot try out the password in it', async () => {
  const { name, firstPassword } = await newUser(admin);
  const owner = await CallerAt.anywhere(url).signIn(name, firstPassword);
  await enrol(owner);
  const thief = CallerAt.anywhere(url).another(owner.token);
  for (let n = 0; n < 5; n++) expectProblem(await thief.post('/v1/session/password', { currentPassword: `guess ${n}`, newPassword: OWN_PASSWORD }), 422, 'CURRENT_PASSWORD_WRONG');
  expectProblem(await thief.post('/v1/session/password', { currentPassword: firstPassword, newPassword: OWN_PASSWORD }), 429, 'SIGN_IN_DELAYED');
});

test('an administrator who resets the password ends the wait of the account', async () => {
  const { name } = await newUser(admin);
  for (let n = 0; n < 5; n++) await fail(CallerAt.anywhere(url), name, 1);
  secondsToWait(await CallerAt.anywhere(url).login(name, 'x'));
  const { body } = await admin.post<{ firstPassword: string }>(`/v1/users/${name}/password-reset`);
  expect((await CallerAt.anywhere(url).login(name, body.firstPassword)).status).toBe(200);
});

test('a known and an unknown name take about as long', async () => {
  const { name } = await newUser(admin);
  const known: number[] = [];
  const unknown: number[] = [];
  // In turns, so that whatever else the machine does falls on both.
  for (let n = 0; n < 25; n++) {
    known.push(await failureMs(name));
    unknown.push(await failureMs(`${name}-${n}`));
  }
  // A hash that is left out for unknown names would make them many times faster.
  const ratio = median(known) / median(unknown);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});

async function failureMs(name: string): Promise<number> {
  await passMinutes(60);
  const caller = CallerAt.anywhere(url);
  const startedAt = performance.now();
  expectProblem(await caller.login(name, 'wrong password'), 401, 'UNAUTHENTICATED');
  return performance.now() - startedAt;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
