import fc from 'fast-check';

const deep = (depth: number) => `${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}`;

/** Bodies that no JSON writer makes, and what they say they are. */
export const rawBody: fc.Arbitrary<{ body: Buffer; contentType: string }> = fc
  .tuple(
    fc.constantFrom<Buffer>(
      ...[
        '', '{', '}', 'null', '1', '""', '[]', '[{}]', 'undefined', '{"a":1,"a":2}', '{"reason":"x","reason":{"a":1}}', '{"__proto__":{"isDemo":true}}', '{"constructor":{"prototype":{"a":1}}}', '{"a":"\\ud800"}', '{"reason":"\\u0000"}',
        '{"a":1e400}', '{"a":-0}', '{"limit":1e2}', '{"a":123456789012345678901234567890}', '{"a":01}', '{"a":NaN}', "{'a':1}", '{"a":1,}', '// {}', '\ufeff{}', ' {} ', '{}\u0000', deep(9), deep(11), deep(200), deep(5_000),
        `{"a":"${'x'.repeat(70_000)}"}`, `{"a":"${'x'.repeat(300_000)}"}`, `[${'0,'.repeat(30_000)}0]`, 'a=1&b=2', '<xml/>', '--x\r\ncontent-disposition: form-data; name="kind"\r\n\r\nidCard\r\n--x--',
      ].map((text) => Buffer.from(text)),
      Buffer.from([0xff, 0xfe, 0x7b, 0x7d]), Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), Buffer.alloc(100, 0),
    ), // prettier-ignore
    fc.constantFrom(
      'application/json', 'application/json', 'application/json; charset=utf-8', 'application/json; charset=utf-16', 'application/problem+json', 'text/plain', 'text/html', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data',
      'multipart/form-data; boundary=x', 'application/octet-stream', 'application/json, text/plain', '*/*', ';',
    ), // prettier-ignore
  )
  .map(([body, contentType]) => ({ body, contentType }));

/** Headers that a command looks at, right and wrong. */
export const oddHeaders: fc.Arbitrary<Record<string, string>> = fc
  .record(
    {
      'if-match': fc.constantFrom('"1"', '1', '"999999999999999"', '*', 'W/"1"', '"9999999999999999"', '-1', ''),
      'idempotency-key': fc.constantFrom('one', 'x'.repeat(200), 'x'.repeat(201), ' ', 'ü', '../..'),
      'accept-language': fc.constantFrom('en', 'zh-CN', 'ar;q=0.9', '*', 'x'.repeat(500)),
      'on-behalf-of': fc.constantFrom('wx-liangxi.handler', 'wx-liangxi.head', 'nobody', '', 'a,b', 'x'.repeat(300)),
      'if-none-match': fc.constantFrom('*', '"1"'),
      'x-forwarded-for': fc.constantFrom('127.0.0.1', '::1', 'evil'),
      'x-http-method-override': fc.constantFrom('DELETE', 'PUT'),
      accept: fc.constantFrom('text/html', 'application/xml', 'image/*;q=0'),
      range: fc.constantFrom('bytes=0-1', 'bytes=9999999-'),
      expect: fc.constantFrom('200-ok'),
    },
    { requiredKeys: [] },
  )
  .map((headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'expect')));

const KEY_VALUES: readonly unknown[] = ['', '\u0000', '\ud800', 'x'.repeat(200), '0000-01-01T00:00:00.000Z', '0000-01-01', '9999-12-31T23:59:59.999Z', '2024-01-01T00:00:00Z', '2024-01-01', '00000000-0000-0000-0000-000000000000', -1, 0, 1, 2_147_483_648, 9_007_199_254_740_991, 1e300, null, {}];

/** Cursors as the lists make them, with whatever in their keys; and texts that are none. */
export const oddCursor: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(['number'], ['seq'], ['since', 'id'], ['createdAt', 'id'], ['revealedAt', 'id'], ['at', 'chain', 'seq'], ['name'], ['id'])
      .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, likely(key)]))))
      .map((key) => Buffer.from(JSON.stringify(key)).toString('base64url')),
  },
  { weight: 1, arbitrary: fc.constantFrom('', 'x', '!!!', 'bnVsbA', 'eyJ9', 'x'.repeat(501), '%00') },
);

/** Mostly of the right kind: only then the key reaches the query. */
function likely(key: string): fc.Arbitrary<unknown> {
  const right: Record<string, readonly unknown[]> = {
    seq: [0, 1, 2_147_483_648, 9_007_199_254_740_991],
    since: ['2024-01-01', '1900-01-01', '2199-12-31'],
    id: ['00000000-0000-4000-8000-000000000000', 'ffffffff-ffff-4fff-bfff-ffffffffffff', '', 'f'.repeat(16), 'a\u0000b'],
    createdAt: ['2024-01-01T00:00:00.000Z', '0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '2024-01-01T00:00:00.123456789Z'],
    revealedAt: ['2024-01-01T00:00:00.000Z', '0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
    at: ['2024-01-01T00:00:00.000Z', '0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
    chain: ['org:wx', '', 'a\u0000b', '\ud800', 'event:x'],
    name: ['wx', '', 'a\u0000b', '\ud800', 'x'.repeat(100)],
    number: ['A-1', 'x'.repeat(80), '_', '-'],
  };
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...(right[key] ?? KEY_VALUES)) }, { weight: 1, arbitrary: fc.constantFrom(...KEY_VALUES) });
}
