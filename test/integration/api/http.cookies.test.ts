import { LIANGXI } from '../given/application';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { testStack } from '../../stack/test-stack';

const JSON_TYPE = { 'content-type': 'application/json' };
const UNKNOWN = '/v1/tasks/3f1c4b1e-0000-4000-8000-000000000000/release';

let client: ServiceClient;
let cookie: string;
let token: string;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
  const { headers, body } = await client.call<{ token: string }>('login', null, { username: LIANGXI.clerk, password: testStack().password });
  cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  token = body.token;
});

const here = () => new URL(testStack().url).origin;
const release = (headers: Record<string, string>) => client.send({ method: 'POST', path: UNKNOWN, body: '{}', headers: { ...JSON_TYPE, ...headers } });

test('what a page of this site sends with its header reaches the operation', async () => {
  // The task does not exist, and that is what is said: everything before it was passed.
  expectProblem(await release({ cookie, 'sec-fetch-site': 'same-origin', 'x-bihuan': '1' }), 404, 'NOT_FOUND');
  expectProblem(await release({ cookie, origin: here(), 'x-bihuan': '1' }), 404, 'NOT_FOUND');
});

test('what another page makes the browser send does not, nor what does not say where it comes from', async () => {
  const others: Record<string, string>[] = [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example', 'x-bihuan': '1' }, { 'x-bihuan': '1' }, { 'sec-fetch-site': 'same-origin' }];
  for (const headers of others) expectProblem(await release({ cookie, ...headers }), 403, 'CROSS_SITE_REQUEST');
});

test('a form that needs no permission to be sent ends nobody’s session', async () => {
  const form = { cookie, 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
  expectProblem(await client.send({ method: 'POST', path: UNKNOWN, body: '{}', headers: form }), 403, 'CROSS_SITE_REQUEST');
  expectProblem(await client.send({ method: 'DELETE', path: '/v1/session', headers: { cookie, 'sec-fetch-site': 'cross-site' } }), 403, 'CROSS_SITE_REQUEST');
  expect((await client.send({ method: 'GET', path: '/v1/session', headers: { cookie } })).status).toBe(200);
});

test('nobody is signed in by a page of another site', async () => {
  const body = JSON.stringify({ username: LIANGXI.clerk, password: testStack().password });
  const reply = await client.send({ method: 'POST', path: '/v1/session', body, headers: { ...JSON_TYPE, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } });
  expectProblem(reply, 403, 'CROSS_SITE_REQUEST');
  expect(reply.headers.get('set-cookie')).toBeNull();
});

test('a bearer token needs none of it, and no other site is given permission to read answers', async () => {
  const reply = await release({ authorization: `Bearer ${token}`, cookie, origin: 'https://evil.example' });
  expectProblem(reply, 404, 'NOT_FOUND');
  expect(reply.headers.get('access-control-allow-origin')).toBeNull();
});

test('the refusal is told in the language of the caller', async () => {
  const refused = async (language: string) => expectProblem(await release({ cookie, 'accept-language': language }), 403, 'CROSS_SITE_REQUEST').detail;
  expect(await refused('zh')).toMatch(/\p{Script=Han}/u);
  expect(await refused('en')).not.toMatch(/\p{Script=Han}/u);
});
