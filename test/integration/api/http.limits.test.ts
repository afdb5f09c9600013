import { LIANGXI } from '../given/application';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { testStack } from '../../stack/test-stack';

const CLERK = LIANGXI.clerk;
const JSON_TYPE = { 'content-type': 'application/json' };

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

const post = (body: string, headers: Record<string, string>, path: string) => client.send({ method: 'POST', path, as: CLERK, body, headers });

describe('bodies', () => {
  const path = () => client.operations.get('checkMaterials')!.path;

  test.each([
    ['lists', '['.repeat(100_000)],
    ['lists that are closed', '['.repeat(60_000) + ']'.repeat(60_000)],
    ['objects', '{"a":'.repeat(30_000)],
    ['a field of a body that is otherwise right', `{"onDate":"2024-01-08","extra":${'['.repeat(30)}${']'.repeat(30)}}`],
  ])('nesting of %s beyond all measure is answered 400', async (_what, body) => {
    const problem = expectProblem(await post(body, JSON_TYPE, path()), 400, 'INVALID_INPUT');
    expect(pathsOf(problem)).toEqual(['body']);
  });

  test('a hundred thousand keys are answered 400', async () => {
    const body = `{${Array.from({ length: 25_000 }, (_, index) => `"${index}":1`).join(',')}}`;
    expect(pathsOf(expectProblem(await post(body, JSON_TYPE, path()), 400, 'INVALID_INPUT'))).toEqual(['body']);
  });

  test.each(['{"__proto__":{"isAdmin":true}}', '{"constructor":{"prototype":{"isAdmin":true}}}', '{"constructor":1}', '{"a":[{"prototype":1}]}', '{"\\u005f_proto__":1}'])('%s is answered 400', async (body) => {
    expectProblem(await post(body, JSON_TYPE, path()), 400, 'INVALID_INPUT');
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  test('bytes that are no UTF-8 are refused, and not kept as question marks', async () => {
    const token = ((await client.call('login', null, { username: CLERK, password: testStack().password })).body as { token: string }).token;
    const body = Buffer.concat([Buffer.from('{"onDate":"'), Buffer.from([0xd5, 0xc5]), Buffer.from('"}')]);
    const response = await fetch(`${testStack().url}${path()}`, { method: 'POST', headers: { ...JSON_TYPE, authorization: `Bearer ${token}` }, body });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'INVALID_INPUT']);
  });

  test.each([{ 'content-type': 'application/json; charset=gbk' }, { 'content-type': 'application/json', 'content-encoding': 'gzip' }, { 'content-type': 'application/jsonp' }, { 'content-type': 'application/problem+json' }])(
    '%j is answered 415',
    async (headers) => {
      expectProblem(await post('{}', headers as Record<string, string>, path()), 415, 'UNSUPPORTED_MEDIA_TYPE');
    },
  );

  test('each kind of operation has a size of its own', async () => {
    const text = 'x'.repeat(70 * 1024);
    expectProblem(await client.send({ method: 'POST', path: '/v1/session', body: JSON.stringify({ username: 'x'.repeat(5_000), password: 'x' }), headers: JSON_TYPE }), 413, 'BODY_TOO_LARGE');
    const refused = await client.call('withdrawApplication', CLERK, { caseId: '3f1c4b1e-0000-4000-8000-000000000000', reason: text });
    expectProblem(refused, 413, 'BODY_TOO_LARGE');
    // An application may be that long; this one is wrong for other reasons.
    expectProblem(await client.call('submitApplication', CLERK, { channel: text }), 400, 'INVALID_INPUT');
  });
});

describe('queries', () => {
  const list = (query: string) => client.send({ method: 'GET', path: `/v1/cases?${query}`, as: CLERK });

  test('a parameter given twice, in whatever spelling, is answered 400 by its name', async () => {
    expect(pathsOf(expectProblem(await list('limit=5&limit=200'), 400, 'INVALID_INPUT'))).toEqual(['querystring.limit']);
    expect(pathsOf(expectProblem(await list('state=active&st%61te=closed'), 400, 'INVALID_INPUT'))).toEqual(['querystring.state']);
  });

  test.each([
    ['many parameters', Array.from({ length: 30 }, (_, index) => `p${index}=1`).join('&')],
    ['a long value', `cursor=${'x'.repeat(2_000)}`],
    ['a name that reaches into objects', '__proto__=1'],
    ['another one', 'constructor=1'],
  ])('%s are answered 400', async (_what, query) => {
    expectProblem(await list(query), 400, 'INVALID_INPUT');
  });

  test('an address beyond 4,096 characters is answered 414', async () => {
    expectProblem(await list(`a=${'x'.repeat(5_000)}`), 414, 'URI_TOO_LONG');
  });
});

describe('paths', () => {
  test.each(['/docs/static/..%2f..%2f..%2fpackage.json', '/docs/static/%2e%2e/%2e%2e/package.json', '/docs/static/..%5c..%5cpackage.json', '/docs/static/%252e%252e%252fpackage.json', '/docs/static/%00', '/v1/cases/%2e%2e%2f%2e%2e%2fetc%2fpasswd'])(
    '%s leads nowhere',
    async (path) => {
      expectProblem(await client.send({ method: 'GET', path, as: CLERK }), 404, 'NOT_FOUND');
    },
  );

  test('methods: what no route uses is 405, what this route does not use is 404, and HEAD is guarded as GET is', async () => {
    const refused = await client.send({ method: 'PROPFIND', path: '/v1/cases', as: CLERK });
    expectProblem(refused, 405, 'METHOD_NOT_ALLOWED');
    expect(refused.headers.get('allow')).toContain('GET');
    expectProblem(await client.send({ method: 'OPTIONS', path: '/v1/cases', as: CLERK }), 404, 'NOT_FOUND');
    expect((await client.send({ method: 'HEAD', path: '/v1/cases' })).status).toBe(401);
    expect((await client.send({ method: 'HEAD', path: '/v1/cases', as: CLERK })).status).toBe(200);
  });
});

describe('headers of the answers', () => {
  test.each([
    ['an operation', '/v1/tasks', 200],
    ['a refusal', '/v1/cases/none', 404],
    ['an unknown path', '/nothing-here', 404],
    ['a path that is none', '/v1/%ZZ', 400],
  ])('%s is not kept, not framed, not guessed at, and names no server', async (_what, path, status) => {
    const reply = await client.send({ method: 'GET', path, as: CLERK });
    expect(reply.status).toBe(status);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(reply.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(reply.headers.get('referrer-policy')).toBe('no-referrer');
    for (const name of ['server', 'x-powered-by', 'strict-transport-security', 'access-control-allow-origin']) expect(reply.headers.get(name)).toBeNull();
  });

  test('the documentation page allows its own scripts alone, nothing inline and nothing evaluated', async () => {
    for (const path of ['/docs', '/docs/static/swagger-initializer.js']) {
      const policy = (await client.send({ method: 'GET', path })).headers.get('content-security-policy') ?? '';
      expect(policy).toContain("script-src 'self'");
      expect(policy).not.toMatch(/unsafe/);
    }
    expect((await client.send({ method: 'GET', path: '/openapi.json' })).headers.get('cache-control')).toBe('no-cache');
  });

  test('what is not there beside the files of the documentation page is not kept, nor where it sends one', async () => {
    for (const path of ['/docs/static/nothing-here', '/docs/static/index.html', '/docs/static/swagger-initializer.js']) {
      const response = await fetch(`${testStack().url}${path}`, { redirect: 'manual' });
      expect([path, response.headers.get('cache-control')]).toEqual([path, 'no-store']);
    }
  });

  test('the page adds the header that cookies need', async () => {
    const { body } = await client.send<string>({ method: 'GET', path: '/docs/static/swagger-initializer.js' });
    expect(body).toMatch(/requestInterceptor.*X-Bihuan/s);
    expect(body).not.toContain('__name');
  });
});

test('the document says of every operation what it may answer for how it was asked', async () => {
  const { body } = await client.send<{ paths: Record<string, Record<string, { responses: Record<string, object> }>> }>({ method: 'GET', path: '/openapi.json' });
  for (const methods of Object.values(body.paths)) {
    for (const [method, { responses }] of Object.entries(methods)) {
      const wanted = ['400', '408', '414', '415', '421', '429', '431', ...(method === 'get' ? [] : ['403', '413'])];
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(wanted));
    }
  }
});
