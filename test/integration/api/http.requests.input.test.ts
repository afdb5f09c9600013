import { LIANGXI } from '../given/application';
import { expectProblem, pathsOf } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { givenCase, WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';

const CLERK = LIANGXI.clerk;
const JSON_TYPE = { 'content-type': 'application/json' };
const UNKNOWN = '3f1c4b1e-0000-4000-8000-000000000000';

let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});

describe('what is no request of this service is answered with a problem document', () => {
  test('an unknown route', async () => {
    expectProblem(await client.send({ method: 'GET', path: '/v1/nothing-here' }), 404, 'NOT_FOUND');
  });

  test('a method that the route does not have', async () => {
    expectProblem(await client.send({ method: 'PUT', path: '/v1/cases', as: CLERK }), 404, 'NOT_FOUND');
  });

  test('an address that cannot be decoded', async () => {
    expectProblem(await client.send({ method: 'GET', path: '/v1/cases/%ZZ', as: CLERK }), 400, 'INVALID_INPUT');
  });

  test.each([
    ['cut off', '{"channel":'],
    ['no JSON at all', 'channel=selfApplication'],
    ['with a key that would reach into objects', '{"__proto__":{"isAdmin":true}}'],
  ])('a body that is %s', async (_what, body) => {
    const problem = expectProblem(await client.send({ method: 'POST', path: '/v1/cases', as: CLERK, body, headers: JSON_TYPE }), 400, 'INVALID_INPUT');
    expect(pathsOf(problem)).toEqual(['body']);
  });

  test.each([['null'], ['[]'], ['"text"'], ['7'], ['']])('a body that is %p instead of an object', async (body) => {
    const problem = expectProblem(await client.send({ method: 'POST', path: '/v1/cases', as: CLERK, body, headers: JSON_TYPE }), 400, 'INVALID_INPUT');
    expect(pathsOf(problem)[0]).toMatch(/^body/);
  });

  test.each([['application/xml'], ['text/plain'], ['application/x-www-form-urlencoded'], ['nonsense']])('a body of content type %s', async (type) => {
    expectProblem(await client.send({ method: 'POST', path: '/v1/cases', as: CLERK, body: '{}', headers: { 'content-type': type } }), 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  test.each([
    ['with a session', '/v1/cases', CLERK],
    ['without one, at the sign-in', '/v1/session', null],
  ])('a body of one megabyte, %s', async (_what, path, as) => {
    const body = JSON.stringify({ username: 'x'.repeat(1024 * 1024) });
    expectProblem(await client.send({ method: 'POST', path, as, body, headers: JSON_TYPE }), 413, 'BODY_TOO_LARGE');
  });
});

describe('language', () => {
  const unknownRoute = (language?: string) =>
    client.send<{ title: string }>({ method: 'GET', path: '/v1/nothing-here', headers: language === undefined ? {} : { 'accept-language': language } });

  test.each([
    ['nothing', undefined, '未找到'],
    ['Chinese', 'zh-CN,zh;q=0.9,en;q=0.5', '未找到'],
    ['a language it does not speak', 'fr', '未找到'],
    ['English', 'en', 'Not found'],
    ['English of a country', 'en-GB,en;q=0.9', 'Not found'],
  ])('who asks for %s reads it in one of the two languages', async (_what, asked, title) => {
    expect((await unknownRoute(asked)).body.title).toBe(title);
  });

  test('each mistake of an input comes in the language of the caller', async () => {
    const mistakes = async (language: string) => {
      const body = { onDate: '2024-02-31', orgId: '', claimedExpenses: [], materials: [{ kind: 'diary' }] };
      const problem = expectProblem(await client.call('checkMaterials', CLERK, body, { 'accept-language': language }), 400, 'INVALID_INPUT');
      return (problem.errors ?? []).map(({ message }) => message).join(' ');
    };
    expect(await mistakes('zh')).toMatch(/\p{Script=Han}/u);
    expect(await mistakes('en')).not.toMatch(/\p{Script=Han}/u);
  });

  test('a rule speaks the language of the caller', async () => {
    const walked = await WalkedCase.submit(client);
    const refusal = async (language: string) =>
      expectProblem(await walked.send('acceptApplication', walked.clerk, {}, { 'accept-language': language }), 409, 'AUTHORIZATION_MISSING').detail;
    expect(await refusal('zh')).toMatch(/\p{Script=Han}/u);
    expect(await refusal('en')).not.toMatch(/\p{Script=Han}/u);
  });
});

describe('an id that belongs to nothing is 404, whatever it looks like', () => {
  const ids = [UNKNOWN, 'not-a-uuid', '1', '../../etc', 'x'.repeat(64), 'x'.repeat(300), '案件'];

  test.each([
    ['getCase', CLERK],
    ['listCaseEvents', CLERK],
    ['getCaseProcess', CLERK],
    ['getHardshipFile', CLERK],
    ['listNotifications', CLERK],
  ])('%s', async (operation, as) => {
    for (const caseId of ids) expectProblem(await client.call(operation, as, { caseId }), 404, 'NOT_FOUND');
  });

  test('acceptApplication, signed in, and raiseObjection, not signed in', async () => {
    for (const caseId of ids) {
      expectProblem(await client.call('acceptApplication', CLERK, { caseId }), 404, 'NOT_FOUND');
      expectProblem(await client.call('raiseObjection', null, { caseId, kind: 'first', about: '情况不实' }), 404, 'NOT_FOUND');
    }
  });

  test('getDisbursement and releaseDisbursement', async () => {
    for (const disbursementId of ids) {
      expectProblem(await client.call('getDisbursement', 'wx-liangxi.finance', { disbursementId }), 404, 'NOT_FOUND');
      expectProblem(await client.call('releaseDisbursement', 'wx-liangxi.treasurer', { disbursementId }), 404, 'NOT_FOUND');
    }
  });

  test('claimTask, releaseTask and reassignTask', async () => {
    for (const taskId of ids) {
      expectProblem(await client.call('claimTask', CLERK, { taskId }), 404, 'NOT_FOUND');
      expectProblem(await client.call('releaseTask', CLERK, { taskId }), 404, 'NOT_FOUND');
      expectProblem(await client.call('reassignTask', 'wx-liangxi.head', { taskId, toUser: CLERK }), 404, 'NOT_FOUND');
    }
  });

  test('an objection that the notice does not have', async () => {
    const walked = await givenCase(client, 'notice1');
    await walked.does('postNotice');
    await walked.send('raiseObjection', null, { kind: 'first', about: '情况不实' });
    for (const objectionId of [UNKNOWN, 'not-a-uuid']) {
      const reply = await walked.send('resolveObjection', CLERK, { kind: 'first', objectionId, outcome: 'dismissed', finding: '查无实据' });
      expectProblem(reply, 404, 'OBJECTION_UNKNOWN');
    }
  });
});

test('an id is the same in capital letters', async () => {
  const walked = await givenCase(client, 'disbursement');
  const { status, body } = await walked.send<{ id: string }>('prepareDisbursement', 'wx-liangxi.finance', { ...walked.usual('prepareDisbursement'), caseId: walked.id.toUpperCase() });
  expect(status).toBe(201);
  const released = await client.call('releaseDisbursement', 'wx-liangxi.treasurer', { disbursementId: body.id.toUpperCase() });
  expect(released.status).toBe(200);
});

describe('a command that needs no words', () => {
  test.each<[what: string, body: string | undefined, headers: Record<string, string>]>([
    ['without a body', undefined, {}],
    ['with an empty body that is called JSON', '', JSON_TYPE],
    ['with an empty object', '{}', JSON_TYPE],
  ])('acceptApplication may come %s', async (_what, body, headers) => {
    const walked = await WalkedCase.submit(client);
    await walked.does('signAuthorization');
    const reply = await client.send<{ state: string }>({ method: 'POST', path: `/v1/cases/${walked.id}/acceptance`, as: CLERK, body, headers });
    expect([reply.status, reply.body.state]).toEqual([200, 'visit']);
  });
});

describe('query and headers', () => {
  const cursor = (key: object | null) => Buffer.from(JSON.stringify(key)).toString('base64url');

  test.each<[operation: string, query: Record<string, unknown>]>([
    ['listCases', { limit: 0 }],
    ['listCases', { limit: 'many' }],
    ['listCases', { limit: 100_000 }],
    ['listCases', { state: 'limbo' }],
    ['listCases', { recheckDueBefore: '2024-02-31' }],
    ['listCases', { applicantName: '12345678' }],
    ['listCases', { orgId: 'wx\u0000' }],
    ['listCases', { hardshipClass: 'deep\u0000' }],
    ['listCases', { cursor: 'not a cursor' }],
    ['listCases', { cursor: cursor(null) }],
    ['listCases', { cursor: cursor({ number: 'A\u0000' }) }],
    ['listTasks', { caseId: 'not-a-uuid' }],
    ['listTasks', { role: 'king' }],
    ['listTasks', { command: 'a\u0000' }],
    ['listTasks', { cursor: cursor({ since: 'yesterday', id: 'x' }) }],
  ])('%s refuses %j by the path of its mistake', async (operation, query) => {
    const problem = expectProblem(await client.call(operation, CLERK, query), 400, 'INVALID_INPUT');
    expect(pathsOf(problem)).toEqual(Object.keys(query).map((name) => `querystring.${name}`));
  });

  test('listCaseEvents refuses a forged cursor', async () => {
    const walked = await WalkedCase.submit(client);
    for (const seq of ['abc', '1.5', '1e30']) {
      expectProblem(await walked.send('listCaseEvents', CLERK, { cursor: cursor({ seq }) }), 400, 'INVALID_INPUT');
    }
  });

  test.each([
    ['idempotency-key', ' '],
    ['idempotency-key', 'x'.repeat(201)],
    ['if-match', 'newest'],
    ['if-match', '"1.5"'],
  ])('a command refuses %s: %s', async (name, value) => {
    const walked = await WalkedCase.submit(client);
    const problem = expectProblem(await walked.send('acceptApplication', CLERK, {}, { [name]: value }), 400, 'INVALID_INPUT');
    expect(pathsOf(problem)).toEqual([`headers.${name}`]);
  });
});
