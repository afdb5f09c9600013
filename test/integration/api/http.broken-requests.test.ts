import { OwnApi } from '../../stack/own-api';
import { testStack } from '../../stack/test-stack';
import { answersIn, request, sendRaw, type RawAnswer } from '../given/raw-http';

const HOST = 'Host: 127.0.0.1';

/** The one answer to these bytes; the connection is closed after it. */
async function answerTo(...pieces: (string | Buffer)[]): Promise<RawAnswer & { text: string }> {
  const { text } = await sendRaw(testStack().url, pieces);
  const answers = answersIn(text);
  expect(answers).toHaveLength(1);
  return { ...answers[0]!, text };
}

/** A problem document in both languages, with the headers that every answer has. */
function expectBroken({ status, headers, body }: RawAnswer, wanted: number, code: string): void {
  const problem = JSON.parse(body) as Record<string, unknown>;
  expect({ status, code: problem.code }).toEqual({ status: wanted, code });
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', connection: 'close' });
  expect(headers).not.toHaveProperty('server');
  expect(headers).not.toHaveProperty('x-powered-by');
  expect(problem.title).toMatch(/\p{Script=Han}/u);
}

describe('what is no request', () => {
  test.each<[what: string, bytes: string]>([
    ['noise', 'hello\r\n\r\n'],
    ['a method nobody knows', request('XYZZY /v1/cases HTTP/1.1', HOST)],
    ['a header without a name', request('GET /health/live HTTP/1.1', HOST, ': x')],
    ['a header name with a blank before the colon', request('GET /health/live HTTP/1.1', HOST, 'X-A : b')],
    ['a folded header', request('GET /health/live HTTP/1.1', HOST, 'X-A: b', ' c')],
    ['a bare line feed', 'GET /health/live HTTP/1.1\nHost: 127.0.0.1\n\n'],
    ['a carriage return inside of a header', request('GET /health/live HTTP/1.1', HOST, 'X-A: b\rX-B: c')],
    ['the start of TLS', '\x16\x03\x01\x02\x00\x01\x00'],
    ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('%s is answered 400 and the connection is closed', async (_what, bytes) => {
    expectBroken(await answerTo(bytes), 400, 'MALFORMED_REQUEST');
  });

  test('headers beyond 16 KiB are answered 431, in one or in many', async () => {
    expectBroken(await answerTo(request('GET /health/live HTTP/1.1', HOST, `X-Long: ${'x'.repeat(20_000)}`)), 431, 'HEADERS_TOO_LARGE');
    const many = Array.from({ length: 70 }, (_, index) => `X-${index}: y`);
    expectBroken(await answerTo(request('GET /health/live HTTP/1.1', HOST, ...many)), 431, 'HEADERS_TOO_LARGE');
    const verymany = Array.from({ length: 400 }, (_, index) => `X-${index}: y`);
    expectBroken(await answerTo(request('GET /health/live HTTP/1.1', HOST, ...verymany)), 431, 'HEADERS_TOO_LARGE');
  });
});

describe('requests that two readers would read differently', () => {
  const post = (...lines: string[]) => request('POST /v1/session HTTP/1.1', HOST, 'Content-Type: application/json', ...lines);

  test.each<[what: string, bytes: string]>([
    ['a length and chunks', `${post('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n`],
    ['two lengths', `${post('Content-Length: 2', 'Content-Length: 30')}{}`],
    ['a length that is no number', `${post('Content-Length: 2x')}{}`],
    ['a length with a sign', `${post('Content-Length: +2')}{}`],
    ['chunks that are hidden', `${post('Transfer-Encoding: xchunked')}0\r\n\r\n`],
    ['chunks of a size that is no number', `${post('Transfer-Encoding: chunked')}zz\r\n{}\r\n0\r\n\r\n`],
  ])('%s are answered 400, and nothing behind them is taken for a request', async (_what, bytes) => {
    const smuggled = request('GET /health/live HTTP/1.1', HOST);
    expectBroken(await answerTo(`${bytes}${smuggled}`), 400, 'MALFORMED_REQUEST');
  });

  test('a body behind a reading request is answered 400, and is not the next request', async () => {
    const hidden = request('GET /openapi.json HTTP/1.1', HOST);
    expectBroken(await answerTo(`${request('GET /health/live HTTP/1.1', HOST, `Content-Length: ${hidden.length}`)}${hidden}`), 400, 'MALFORMED_REQUEST');
  });

  test('what a caller expects besides is asked of nobody: the request is answered, and counted, as any other', async () => {
    const body = '{"username":"nobody","password":"x"}';
    const { text } = await sendRaw(testStack().url, [`${post('Connection: close', 'Expect: wonders', `Content-Length: ${body.length}`)}${body}`]);
    const [answer] = answersIn(text);
    expect(answer).toMatchObject({ status: 401, headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } });
  });

  test('requests that come at once are each answered, in their order', async () => {
    const live = request('GET /health/live HTTP/1.1', HOST);
    const unknown = request('GET /v1/nothing-here HTTP/1.1', HOST);
    const last = request('GET /health/live HTTP/1.1', HOST, 'Connection: close');
    const { text } = await sendRaw(testStack().url, [`${live}${unknown}${live}${last}`]);
    expect(answersIn(text).map(({ status }) => status)).toEqual([200, 404, 200, 200]);
  });

  test('what is broken behind others ends the connection, and its answer is never taken for one of theirs', async () => {
    const live = request('GET /health/live HTTP/1.1', HOST);
    for (const before of [live, live + live]) {
      const { text } = await sendRaw(testStack().url, [`${before}GARBAGE\r\n\r\n${live}`]);
      expect(answersIn(text).map(({ status }) => status).filter((status) => status !== 200)).toEqual([]);
    }
  });
});

describe('the host', () => {
  test.each<[what: string, lines: string[]]>([
    ['none', []],
    ['two', ['Host: 127.0.0.1', 'Host: evil.example']],
    ['one that is none', ['Host: a b']],
    ['one with a name before it', ['Host: user@127.0.0.1']],
    ['an empty one', ['Host:']],
  ])('%s is answered 400', async (_what, lines) => {
    expectBroken(await answerTo(request('GET /health/live HTTP/1.1', ...lines)), 400, 'MALFORMED_REQUEST');
  });

  test('a target with another host in it is answered 400', async () => {
    expectBroken(await answerTo(request('GET http://evil.example/health/live HTTP/1.1', HOST)), 400, 'MALFORMED_REQUEST');
  });

  test('nothing that a caller says of the host comes back', async () => {
    const { text } = await answerTo(request('GET / HTTP/1.1', 'Host: evil.example', 'X-Forwarded-Host: evil2.example', 'X-Forwarded-Proto: https', 'Connection: close'));
    expect(text).toMatch(/^HTTP\/1.1 302/);
    expect(text).not.toContain('evil');
    expect(text).toMatch(/location: \/docs\r\n/i);
    expect(text).not.toMatch(/strict-transport-security/i);
  });
});

describe('line breaks in what a caller says', () => {
  test.each(['/v1/cases/%0d%0aSet-Cookie:%20a=b', '/v1/cases?cursor=%0d%0aSet-Cookie:%20a=b', '/docs/%0d%0aX-Injected:%201', '/%0d%0aX-Injected:%201'])('%s puts no header into the answer', async (path) => {
    const { headers, status } = await answerTo(request(`GET ${path} HTTP/1.1`, HOST, 'Connection: close'));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers).not.toHaveProperty('x-injected');
  });
});

describe('callers who take their time', () => {
  let api: OwnApi;
  beforeAll(async () => {
    api = await OwnApi.start({ HTTP_HEADERS_WITHIN_MS: '800', HTTP_REQUEST_WITHIN_MS: '1500', HTTP_CONNECTIONS_PER_ADDRESS: '20' });
  });
  afterAll(() => api.stop());

  test('headers that come letter by letter are cut off with 408', async () => {
    const letters = Array.from(request('GET /health/live HTTP/1.1', HOST, `X-Slow: ${'x'.repeat(300)}`));
    const { text, tookMs } = await sendRaw(api.url, letters, { everyMs: 50 });
    expectBroken(answersIn(text)[0]!, 408, 'REQUEST_TIMEOUT');
    expect(tookMs).toBeLessThan(8_000);
  });

  test('a body that comes letter by letter is cut off with 408', async () => {
    const head = request('POST /v1/session HTTP/1.1', HOST, 'Content-Type: application/json', 'Content-Length: 500');
    const { text, tookMs } = await sendRaw(api.url, [head, ...Array<string>(300).fill('x')], { everyMs: 50 });
    expectBroken(answersIn(text)[0]!, 408, 'REQUEST_TIMEOUT');
    expect(tookMs).toBeLessThan(8_000);
  });

  test('one address holds no more connections than it may, and the service goes on when they are gone', async () => {
    const idle = Array.from({ length: 30 }, () => sendRaw(api.url, ['G']));
    const ends = await Promise.all(idle);
    // Those beyond the limit are closed at once and without an answer; the others are told that they took too long.
    expect(ends.filter(({ text }) => text === '')).toHaveLength(10);
    expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
  });
});
