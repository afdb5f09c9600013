import { randomUUID } from 'node:crypto';
import { freePorts } from '../../../infra/ports';
import { OwnService } from '../../stack/own-service';
import { Browser, ProviderProcess } from '../../stack/provider-process';
import { Authenticator, enrol } from '../given/account';
import { CallerAt } from '../given/caller';
import { expectProblem, type Problem } from '../given/problem';

const CLIENT = { id: 'bihuan', secret: 'a-secret-of-a-test-and-no-other' };

let own: OwnService;
let provider: ProviderProcess;
/** Another provider that knows us as well: where a mixed-up answer comes from. */
let other: ProviderProcess;
let admin: CallerAt;
let url: string;
beforeAll(async () => {
  const [port] = await freePorts(1);
  url = `http://127.0.0.1:${port}`;
  const redirectUri = `${url}/v1/session/oidc/callback`;
  [provider, other] = await Promise.all([ProviderProcess.start({ ...CLIENT, redirectUri }), ProviderProcess.start({ ...CLIENT, redirectUri })]);
  own = await OwnService.start({
    PORT: String(port),
    PUBLIC_URL: url,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: CLIENT.id,
    OIDC_CLIENT_SECRET: CLIENT.secret,
    OIDC_SECOND_FACTOR: 'provider',
    OIDC_AMR_VALUES: 'otp,hwk',
    OIDC_RETURN_PATH: '/welcome',
  });
  admin = await CallerAt.anywhere(url).signIn('wx.admin', 'demo-password');
});
afterAll(async () => {
  await Promise.all([own.stop(), provider.stop(), other.stop()]);
});

/** A user without a password, linked to a person at the provider. */
async function linkedUser(): Promise<{ name: string; subject: string }> {
  const name = `t-${randomUUID().slice(0, 13)}`;
  const { status, body } = await admin.post('/v1/users', { name, orgId: 'wx-liangxi', roles: ['handler'], oidcSubject: `at-provider-${name}` });
  expect({ status, firstPassword: body.firstPassword }).toEqual({ status: 201, firstPassword: null });
  return { name, subject: `at-provider-${name}` };
}

/** Where the provider is to be visited, for that person. */
async function started(browser: Browser, hint: string): Promise<URL> {
  const { status, location } = await browser.visit(`${url}/v1/session/oidc`);
  expect(status).toBe(302);
  const at = new URL(location ?? '');
  at.searchParams.set('login_hint', hint);
  return at;
}

/** The address of our service to which the provider sends the browser back. */
async function sentBack(browser: Browser, at: URL): Promise<URL> {
  const { location, status, body } = await browser.follow(at.href);
  if (location === null) throw new Error(`the provider answered ${status} ${body}`);
  return new URL(location);
}

interface Finished {
  status: number;
  location: string | null;
  cookies: string[];
  body: string;
}

function sessionIn({ cookies }: Finished): CallerAt {
  const [, token] = /^bihuan_session=([^;]+)/.exec(cookies.find((cookie) => cookie.startsWith('bihuan_session=')) ?? '') ?? [];
  if (token === undefined) throw new Error('there is no session cookie');
  return CallerAt.anywhere(url).another(token);
}

function expectRefused(finished: Finished): void {
  expect({ status: finished.status, code: (JSON.parse(finished.body) as Problem).code }).toEqual({ status: 401, code: 'OIDC_SIGN_IN_FAILED' });
  expect(finished.cookies.filter((cookie) => cookie.startsWith('bihuan_session='))).toEqual([]);
}

test('who is linked signs in with the word of the provider, its second factor included', async () => {
  const { name, subject } = await linkedUser();
  const browser = new Browser();
  const at = await started(browser, `${subject}!otp`);
  expect(Object.fromEntries(at.searchParams)).toMatchObject({ response_type: 'code', client_id: CLIENT.id, scope: 'openid', code_challenge_method: 'S256', redirect_uri: `${url}/v1/session/oidc/callback` });
  for (const name of ['state', 'nonce', 'code_challenge']) expect(at.searchParams.get(name)?.length).toBeGreaterThanOrEqual(43);
  const finished = await browser.visit((await sentBack(browser, at)).href);
  expect([finished.status, finished.location]).toEqual([303, '/welcome']);
  expect(finished.cookies.find((cookie) => cookie.startsWith('bihuan_session='))).toMatch(/HttpOnly; SameSite=Strict/);
  const caller = sessionIn(finished);
  expect((await caller.get('/v1/session')).body).toEqual({ name, orgId: 'wx-liangxi', orgName: expect.any(String) as string, roles: ['handler'] });
  expect((await caller.get('/v1/cases')).status).toBe(200);
  expectProblem(await CallerAt.anywhere(url).login(name, 'none'), 401, 'UNAUTHENTICATED');
  const { rows } = await own.pool.query<{ method: string }>(`select details ->> 'method' as method from auth_event where user_id = $1 and type = 'signedIn'`, [name]);
  expect(rows).toEqual([{ method: 'oidc' }]);
});

test('without a second factor at the provider our own is asked for: enrolled once, given at every sign-in', async () => {
  const { subject } = await linkedUser();
  const signIn = async () => {
    const browser = new Browser();
    return sessionIn(await browser.visit((await sentBack(browser, await started(browser, subject))).href));
  };
  const first = await signIn();
  expect((await first.get('/v1/session')).body).toMatchObject({ owes: ['enrolSecondFactor'] });
  expectProblem(await first.get('/v1/cases'), 403, 'SECOND_FACTOR_ENROLMENT_REQUIRED');
  const { authenticator } = await enrol(first);
  expect((await first.get('/v1/cases')).status).toBe(200);

  const second = await signIn();
  expectProblem(await second.get('/v1/cases'), 403, 'SECOND_FACTOR_REQUIRED');
  expectProblem(await second.post('/v1/session/second-factor'), 409, 'SECOND_FACTOR_ENROLLED');
  expectProblem(await second.post('/v1/session/second-factor/code', { code: '000000' }), 401, 'SECOND_FACTOR_WRONG');
  const before = second.another(second.token);
  const { body } = await second.post<{ token: string }>('/v1/session/second-factor/code', { code: await authenticator.nextCode() });
  second.token = body.token;
  expect((await second.get('/v1/cases')).status).toBe(200);
  expectProblem(await before.get('/v1/session'), 401, 'UNAUTHENTICATED');
});

test('codes tried in such a session are delayed like any other', async () => {
  const { subject } = await linkedUser();
  const browser = new Browser();
  const caller = sessionIn(await browser.visit((await sentBack(browser, await started(browser, subject))).href));
  const { body } = await caller.post<{ secret: string }>('/v1/session/second-factor');
  const confirmed = await caller.post('/v1/session/second-factor/confirmation', { code: new Authenticator(body.secret).codeFromNow(0) });
  expect(confirmed.status).toBe(200);
  const again = new Browser();
  const thief = sessionIn(await again.visit((await sentBack(again, await started(again, subject))).href));
  const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => thief.post('/v1/session/second-factor/code', { code: String(100_000 + n) })));
  expect(replies.filter(({ status }) => status === 401)).toHaveLength(5);
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(15);
});

test('the answer of the provider serves once', async () => {
  const { subject } = await linkedUser();
  const browser = new Browser();
  const back = await sentBack(browser, await started(browser, `${subject}!otp`));
  expect((await browser.visit(back.href)).status).toBe(303);
  expectRefused(await browser.visit(back.href));
});

test('a code that was used already serves nobody, under a new state either', async () => {
  const { subject } = await linkedUser();
  const browser = new Browser();
  const back = await sentBack(browser, await started(browser, `${subject}!otp`));
  expect((await browser.visit(back.href)).status).toBe(303);
  const anew = await started(browser, subject);
  back.searchParams.set('state', anew.searchParams.get('state') ?? '');
  expectRefused(await browser.visit(back.href));
});

test("an answer that somebody else's browser got signs nobody in: a thief cannot push his account on a victim", async () => {
  const { subject } = await linkedUser();
  const thief = new Browser();
  const back = await sentBack(thief, await started(thief, `${subject}!otp`));
  expectRefused(await new Browser().visit(back.href));
  const victim = new Browser();
  await started(victim, 'victim');
  expectRefused(await victim.visit(back.href));
});

test.each([
  ['another state', (back: URL) => back.searchParams.set('state', 'x'.repeat(43))],
  ['no state', (back: URL) => back.searchParams.delete('state')],
  ['another code', (back: URL) => back.searchParams.set('code', 'x'.repeat(43))],
  ['no code', (back: URL) => back.searchParams.delete('code')],
  ['another issuer', (back: URL) => back.searchParams.set('iss', 'http://127.0.0.1:1')],
  ['no issuer', (back: URL) => back.searchParams.delete('iss')],
  ['a refusal', (back: URL) => back.searchParams.set('error', 'access_denied')],
])('an answer with %s is refused', async (_what, spoil) => {
  const { subject } = await linkedUser();
  const browser = new Browser();
  const back = await sentBack(browser, await started(browser, `${subject}!otp`));
  spoil(back);
  expectRefused(await browser.visit(back.href));
});

test('an answer that says a thing twice is no answer at all', async () => {
  const { subject } = await linkedUser();
  const browser = new Browser();
  const back = await sentBack(browser, await started(browser, `${subject}!otp`));
  back.searchParams.append('state', 'x');
  expect((await browser.visit(back.href)).status).toBe(400);
});

test('a token for another nonce is refused, as one that was got for another sign-in', async () => {
  const { subject } = await linkedUser();
  const browser = new Browser();
  const at = await started(browser, `${subject}!otp`);
  at.searchParams.set('nonce', 'n'.repeat(43));
  expectRefused(await browser.visit((await sentBack(browser, at)).href));
});

test.each(['changed', 'otherKey', 'unsigned', 'over', 'otherClient', 'otherIssuer'])('an ID token that is not the word of the provider to us, now, is refused, although it comes from there: %s', async (how) => {
  const { subject } = await linkedUser();
  const browser = new Browser();
  expectRefused(await browser.visit((await sentBack(browser, await started(browser, `${subject}!${how}`))).href));
});

test('and would be taken, were it what it says', async () => {
  const { subject } = await linkedUser();
  const browser = new Browser();
  const finished = await browser.visit((await sentBack(browser, await started(browser, `${subject}!signedAnew`))).href);
  expect(await sessionIn(finished).get('/v1/session')).toMatchObject({ status: 200 });
});

test('a code without its proof is refused: who has caught the code alone has nothing', async () => {
  const { subject } = await linkedUser();
  const browser = new Browser();
  const at = await started(browser, `${subject}!otp`);
  at.searchParams.set('code_challenge', 'c'.repeat(43));
  expectRefused(await browser.visit((await sentBack(browser, at)).href));
});

test('a code of another provider is refused, whether it names itself or not', async () => {
  const { subject } = await linkedUser();
  for (const isNamed of [true, false]) {
    const browser = new Browser();
    const at = await started(browser, `${subject}!otp`);
    const back = await sentBack(browser, new URL(`${other.issuer}${at.pathname}${at.search}`));
    if (!isNamed) back.searchParams.set('iss', provider.issuer);
    expectRefused(await browser.visit(back.href));
  }
});

test('nobody is entered by signing in: who is linked to nobody is refused, whatever the name', async () => {
  for (const hint of [`stranger-${randomUUID()}!otp`, 'wx.admin!otp', 'wx-liangxi.handler!otp']) {
    const browser = new Browser();
    expectRefused(await browser.visit((await sentBack(browser, await started(browser, hint))).href));
  }
});

test('a user who is disabled, or whose link was taken away, is refused', async () => {
  const [disabled, unlinked] = [await linkedUser(), await linkedUser()];
  await admin.post(`/v1/users/${disabled.name}/disabling`);
  await admin.put(`/v1/users/${unlinked.name}/oidc-subject`, { subject: null });
  for (const { subject } of [disabled, unlinked]) {
    const browser = new Browser();
    expectRefused(await browser.visit((await sentBack(browser, await started(browser, `${subject}!otp`))).href));
  }
});

test('linking ends the sessions, and a subject belongs to one user', async () => {
  const one = await linkedUser();
  const two = await linkedUser();
  expectProblem(await admin.put(`/v1/users/${two.name}/oidc-subject`, { subject: one.subject }), 409, 'OIDC_SUBJECT_TAKEN');
  const browser = new Browser();
  const caller = sessionIn(await browser.visit((await sentBack(browser, await started(browser, `${two.subject}!otp`))).href));
  expect((await admin.put(`/v1/users/${two.name}/oidc-subject`, { subject: `${two.subject}-new` })).body).toMatchObject({ oidcSubject: `${two.subject}-new` });
  expectProblem(await caller.get('/v1/session'), 401, 'UNAUTHENTICATED');
});

test('while the provider is away signing in through it is not possible, and everything else is', async () => {
  const browser = new Browser();
  const { subject } = await linkedUser();
  const at = await started(browser, `${subject}!otp`);
  const back = await sentBack(browser, at);
  await provider.stop();
  const finished = await browser.visit(back.href);
  expect([401, 503]).toContain(finished.status);
  expect(finished.cookies.filter((cookie) => cookie.startsWith('bihuan_session='))).toEqual([]);
  expect((await CallerAt.anywhere(url).login('wx.handler', 'demo-password')).status).toBe(200);
});
