import { connect } from '../../../store/db';
import { forgetSpentShares, takeSharedShare } from '../../../store/rate-limit.store';
import { LIANGXI } from '../given/application';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';
import { OwnApi } from '../../stack/own-api';
import { testStack } from '../../stack/test-stack';

const LIMITS = { RATE_LIMIT_FACTOR: '1', RATE_LIMITS: 'lookup=5,publicWrite=6,signIn=4,read=50', TRUST_PROXY: '127.0.0.1' };
const UNKNOWN = '3f1c4b1e-0000-4000-8000-000000000000';

let apis: OwnApi[];
let clients: ServiceClient[];
beforeAll(async () => {
  apis = await Promise.all([OwnApi.start(LIMITS), OwnApi.start(LIMITS)]);
  clients = await Promise.all(apis.map(({ url }) => ServiceClient.connect({ url, password: testStack().password })));
});
afterAll(async () => {
  await Promise.all(apis.map((api) => api.stop()));
});

let lastAddress = 0;
/** An office of its own for each test: what one has used up is not another's. */
const office = () => ({ 'x-forwarded-for': `203.0.113.${(lastAddress += 1)}` });
const statuses = async (requests: Promise<{ status: number }>[]) => (await Promise.all(requests)).map(({ status }) => status);
const count = (list: number[], status: number) => list.filter((one) => one === status).length;

test('who looks for persons by name is stopped after so many, by both processes together, and told when to come again', async () => {
  const from = office();
  const search = (index: number) => clients[index % 2]!.call('listCases', LIANGXI.clerk, { applicantName: '某某' }, from);
  const answered = await statuses(Array.from({ length: 16 }, (_, index) => search(index)));
  expect([count(answered, 200), count(answered, 429)]).toEqual([5, 11]);
  const refused = await search(0);
  const problem = expectProblem(refused, 429, 'TOO_MANY_REQUESTS');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(problem.retryAfterSeconds).toBe(Number(refused.headers.get('retry-after')));
  // Somebody else of the same office, and the same clerk without a name, go on.
  expect((await clients[0]!.call('listCases', 'wx-liangxi.handler', { applicantName: '某某' }, from)).status).toBe(200);
  expect((await clients[0]!.call('listCases', LIANGXI.clerk, {}, from)).status).toBe(200);
});

test('guesses at one name from one address are stopped; the same name from elsewhere is not', async () => {
  const from = office();
  const guess = (headers: Record<string, string>, password = 'wrong') => clients[0]!.call('login', null, { username: LIANGXI.clerk, password }, headers);
  const answered = await statuses(Array.from({ length: 8 }, () => guess(from)));
  expect([count(answered, 401), count(answered, 429)]).toEqual([4, 4]);
  expect((await guess(from, testStack().password)).status).toBe(429);
  expect((await guess(office(), testStack().password)).status).toBe(200);
});

test('objections that need no session are counted by address', async () => {
  const from = office();
  const object = (headers: Record<string, string>) => clients[0]!.call('raiseObjection', null, { caseId: UNKNOWN, kind: 'first', about: '情况不实' }, headers);
  const answered = await statuses(Array.from({ length: 5 }, () => object(from)));
  // One tenth of a clerk's: publicWrite=6 leaves one to an address.
  expect([count(answered, 404), count(answered, 429)]).toEqual([1, 4]);
  expect((await object(office())).status).toBe(404);
});

test('what a caller says of its address counts only from a proxy that is trusted', async () => {
  const untrusting = await OwnApi.start({ ...LIMITS, TRUST_PROXY: '' });
  try {
    const client = await ServiceClient.connect({ url: untrusting.url, password: testStack().password });
    const object = () => client.call('raiseObjection', null, { caseId: UNKNOWN, kind: 'first', about: '情况不实' }, office());
    const answered = await statuses(Array.from({ length: 5 }, object));
    expect([count(answered, 404), count(answered, 429)]).toEqual([1, 4]);
  } finally {
    await untrusting.stop();
  }
});

test('the documentation, which costs more to send than most, has a lower limit of its own', async () => {
  const from = office();
  const ask = (path: string, headers = from) => clients[0]!.send({ method: 'GET', path, headers });
  const answered = await statuses(Array.from({ length: 1_000 }, (_, index) => ask(index % 50 === 0 ? '/openapi.json' : '/docs/static/index.css')));
  expect(count(answered, 200)).toBeGreaterThanOrEqual(600);
  expect(count(answered, 429)).toBeGreaterThan(100); // ten a second grow again meanwhile
  expect((await ask('/health/live')).status).toBe(200);
  expect((await ask('/openapi.json', office())).status).toBe(200);
});

test('the health of the service can be asked without end', async () => {
  const answered = await statuses(Array.from({ length: 100 }, () => clients[0]!.call('checkLive', null)));
  expect(count(answered, 200)).toBe(100);
});

test('two requests at once cannot both have the last share, and spent shares are forgotten', async () => {
  const pool = connect(testStack().databaseUrl, 10);
  try {
    const taken = await Promise.all(Array.from({ length: 30 }, () => takeSharedShare(pool, 'test of the last share', 7)));
    expect(taken.filter((afterMs) => afterMs === undefined)).toHaveLength(7);
    for (const afterMs of taken) if (afterMs !== undefined) expect(afterMs).toBeLessThanOrEqual(60_000 / 7);
    const mine = "key = sha256('test of the last share')";
    await forgetSpentShares(pool);
    expect((await pool.query(`select from rate_limit where ${mine}`)).rowCount).toBe(1);
    await pool.query(`update rate_limit set taken_until = now() - interval '1 second' where ${mine}`);
    await forgetSpentShares(pool);
    expect((await pool.query(`select from rate_limit where ${mine}`)).rowCount).toBe(0);
  } finally {
    await pool.end();
  }
});
