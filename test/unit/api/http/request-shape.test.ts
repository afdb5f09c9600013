import { shapeProblem, type RequestShape } from '../../../../api/http/request-shape';

function shape(change: Partial<RequestShape> = {}): RequestShape {
  return { method: 'GET', url: '/v1/cases', rawHeaders: ['Host', 'aid.example.org'], headers: { host: 'aid.example.org' }, host: 'aid.example.org', query: {}, ...change };
}
const codeOf = (change: Partial<RequestShape>, publicHost?: string) => shapeProblem(shape(change), publicHost)?.code;

test('an ordinary request has nothing wrong', () => {
  expect(codeOf({})).toBeUndefined();
  expect(codeOf({ method: 'POST', headers: { 'content-length': '2' } })).toBeUndefined();
  expect(codeOf({ url: '/v1/cases?applicantName=%E5%BC%A0..%2F', query: { applicantName: '张../' } })).toBeUndefined();
});

test.each(['/v1/../admin', '/v1/..', '/v1/%2e%2e/x', '/v1/.%2E/x', '/docs/static/..%2f..%2fpackage.json', '/v1/cases/a%5c..', '/v1/cases/%00', '/v1/cases/%252e%252e', '/v1/cases/%2541', '/v1\\cases', '/./v1'])(
  'a path that hides where it leads is nowhere: %s',
  (url) => {
    expect(codeOf({ url })).toBe('NOT_FOUND');
  },
);

test('names with dots in them are no hiding places', () => {
  for (const url of ['/v1/file-imports/template.xlsx', '/openapi.json', '/v1/cases/..a', '/v1/cases/a..', '/v1/cases/...']) expect(codeOf({ url })).toBeUndefined();
});

test.each(['http://elsewhere.example/v1/cases', '*', 'v1/cases'])('the target of a request is a path: %s', (url) => {
  expect(codeOf({ url })).toBe('MALFORMED_REQUEST');
});

test('methods that the service has no use for are not allowed', () => {
  for (const method of ['TRACE', 'CONNECT', 'PROPFIND', 'PURGE']) expect(codeOf({ method })).toBe('METHOD_NOT_ALLOWED');
});

describe('the host', () => {
  test('must be there once, and be a host', () => {
    expect(codeOf({ rawHeaders: [], host: '' })).toBe('MALFORMED_REQUEST');
    expect(codeOf({ rawHeaders: ['Host', 'a', 'HOST', 'b'], host: 'a' })).toBe('MALFORMED_REQUEST');
    for (const host of ['a b', 'a/b', 'user@a', 'a:port', "a'\"<>", '-a']) expect(codeOf({ host })).toBe('MALFORMED_REQUEST');
  });

  test('must be the public one where that is known; an address and localhost are for probes', () => {
    expect(codeOf({}, 'aid.example.org')).toBeUndefined();
    expect(codeOf({ host: 'AID.example.org' }, 'aid.example.org')).toBeUndefined();
    for (const host of ['evil.example', 'aid.example.org.evil.example', 'aid.example.org:8080', '127.0.0.1.evil.example']) expect(codeOf({ host }, 'aid.example.org')).toBe('MISDIRECTED_REQUEST');
    for (const host of ['127.0.0.1:3000', '[::1]:3000', 'localhost:3000', '10.0.0.7']) expect(codeOf({ host }, 'aid.example.org')).toBeUndefined();
  });
});

describe('how much there is', () => {
  test('a long address, many headers, many and long parameters', () => {
    expect(codeOf({ url: `/${'x'.repeat(5_000)}` })).toBe('URI_TOO_LONG');
    expect(codeOf({ rawHeaders: ['Host', 'a', ...Array<string>(140).fill('x')] })).toBe('HEADERS_TOO_LARGE');
    expect(codeOf({ query: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`p${index}`, '1'])) })).toBe('INVALID_INPUT');
    expect(codeOf({ query: { a: 'x'.repeat(1_001) } })).toBe('INVALID_INPUT');
    expect(codeOf({ query: { ['x'.repeat(1_001)]: '' } })).toBe('INVALID_INPUT');
  });

  test('a parameter that is given twice is named', () => {
    const problem = shapeProblem(shape({ query: { state: ['active', 'closed'], limit: '5' } }));
    expect(problem?.fields).toMatchObject({ errors: [{ path: 'querystring.state' }] });
  });

  test('a reading request has no body, and a body is not packed', () => {
    expect(codeOf({ headers: { 'content-length': '5' } })).toBe('MALFORMED_REQUEST');
    expect(codeOf({ headers: { 'transfer-encoding': 'chunked' } })).toBe('MALFORMED_REQUEST');
    expect(codeOf({ headers: { 'content-length': '0' } })).toBeUndefined();
    expect(codeOf({ method: 'POST', headers: { 'content-length': '5', 'content-encoding': 'gzip' } })).toBe('UNSUPPORTED_MEDIA_TYPE');
  });
});
