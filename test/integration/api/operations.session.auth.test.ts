import { LIANGXI } from '../given/application';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { testStack } from '../../stack/test-stack';

/** What anyone may ask for: that the service lives, to sign in (applicants by a code), and to read a public notice and object to it. */
const OPEN_TO_ALL = ['checkLive', 'checkReady', 'confirmCode', 'finishOidcSignIn', 'getPublicNotice', 'login', 'raiseObjection', 'requestCode', 'startOidcSignIn'];

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

test('the document says of exactly these operations that they need no session', async () => {
  const { body } = await client.send<{ paths: Record<string, Record<string, { operationId: string; security?: object[] }>> }>({ method: 'GET', path: '/openapi.json' });
  const open = Object.values(body.paths).flatMap((methods) => Object.values(methods)).filter(({ security }) => security?.length === 0);
  expect(open.map(({ operationId }) => operationId).sort()).toEqual(OPEN_TO_ALL);
});

test('every other operation answers 401 without a session, and says so before it looks at anything else', async () => {
  const closed = [...client.operations.values()].filter(({ id }) => !OPEN_TO_ALL.includes(id));
  expect(closed.length).toBeGreaterThan(25);
  for (const { id, method, path } of closed) {
    const filled = path.replaceAll(/\{[^}]+\}/g, '3f1c4b1e-0000-4000-8000-000000000000');
    const reply = await client.send({ method, path: filled });
    expect({ id, status: reply.status }).toEqual({ id, status: 401 });
    expectProblem(reply, 401, 'UNAUTHENTICATED');
  }
});

test.each([
  ['a token nobody was given', { authorization: 'Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ['another scheme', { authorization: 'Basic d3gtbGlhbmd4aS1lMS5jbGVyazpkZW1vLXBhc3N3b3Jk' }],
  ['an empty bearer', { authorization: 'Bearer ' }],
  ['a cookie nobody was given', { cookie: 'bihuan_session=AAAA' }],
])('%s is no session', async (_what, headers) => {
  expectProblem(await client.send({ method: 'GET', path: '/v1/session', headers }), 401, 'UNAUTHENTICATED');
});

test('a wrong password and an unknown name are told in the same words', async () => {
  const wrong = expectProblem(await client.call('login', null, { username: LIANGXI.clerk, password: 'wrong' }), 401, 'UNAUTHENTICATED');
  const unknown = expectProblem(await client.call('login', null, { username: 'nobody', password: 'wrong' }), 401, 'UNAUTHENTICATED');
  expect(unknown).toEqual(wrong);
});

test('a session works as bearer token and as cookie, and neither works after the sign-out', async () => {
  const { password } = testStack();
  const { body, headers } = await client.call<{ token: string; user: object }>('login', null, { username: LIANGXI.clerk, password });
  const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  expect(headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict|SameSite=Strict.*HttpOnly/i);
  const bearer = { authorization: `Bearer ${body.token}` };
  const whoAmI = (by: Record<string, string>) => client.send({ method: 'GET', path: '/v1/session', headers: by });
  for (const by of [bearer, { cookie }]) expect((await whoAmI(by)).body).toEqual(body.user);

  expect((await client.send({ method: 'DELETE', path: '/v1/session', headers: bearer })).status).toBe(204);
  for (const by of [bearer, { cookie }]) expectProblem(await whoAmI(by), 401, 'UNAUTHENTICATED');
});
