import { isTrustworthy, type Provenance } from '../../../../api/http/same-site';

const HERE = 'https://aid.example.org';
function from(headers: Record<string, string>, { method = 'POST', cookieNames = ['bihuan_session'] }: Partial<Provenance> = {}): boolean {
  return isTrustworthy({ method, headers, cookieNames, origins: [HERE] });
}

test('with the cookie, a page of this site that adds the header may change something', () => {
  expect(from({ 'sec-fetch-site': 'same-origin', origin: HERE, 'x-bihuan': '1' })).toBe(true);
  expect(from({ 'sec-fetch-site': 'same-origin', 'x-bihuan': '1' })).toBe(true);
  expect(from({ 'sec-fetch-site': 'none', 'x-bihuan': '1' })).toBe(true);
  expect(from({ origin: HERE, 'x-bihuan': '1' })).toBe(true);
});

test.each([
  ['a form of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a script of another site, header included', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', 'x-bihuan': '1' }],
  ['a sibling under the same registered name', { 'sec-fetch-site': 'same-site', origin: 'https://blog.example.org', 'x-bihuan': '1' }],
  ['a page that hides its origin', { origin: 'null', 'x-bihuan': '1' }],
  ['the same name without TLS', { origin: 'http://aid.example.org', 'x-bihuan': '1' }],
  ['another port', { origin: `${HERE}:8443`, 'x-bihuan': '1' }],
  ['a name that begins like ours', { origin: `${HERE}.evil.example`, 'x-bihuan': '1' }],
  ['two headers that contradict each other', { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example', 'x-bihuan': '1' }],
  ['no word of where it comes from', { 'x-bihuan': '1' }],
  ['a page of this site without the header', { 'sec-fetch-site': 'same-origin', origin: HERE }],
  ['another value of the header', { 'sec-fetch-site': 'same-origin', origin: HERE, 'x-bihuan': '0' }],
])('with the cookie, not from %s', (_what, headers) => {
  expect(from(headers as Record<string, string>)).toBe(false);
  expect(from(headers as Record<string, string>, { cookieNames: ['theme', '__Host-bihuan_session'] })).toBe(false);
});

test('a bearer token is proof enough, wherever it comes from; another scheme is none', () => {
  expect(from({ authorization: 'Bearer abc', 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).toBe(true);
  for (const authorization of ['Bearer ', 'Basic abc', 'bearer']) expect(from({ authorization, 'sec-fetch-site': 'cross-site' })).toBe(false);
});

test('without a cookie, a program may sign in, and a page of another site may not', () => {
  const nobody = { cookieNames: [] };
  expect(from({}, nobody)).toBe(true);
  expect(from({ 'sec-fetch-site': 'same-origin' }, nobody)).toBe(true);
  expect(from({ 'sec-fetch-site': 'cross-site' }, nobody)).toBe(false);
  expect(from({ origin: 'https://evil.example' }, nobody)).toBe(false);
});

test('reading changes nothing and needs no proof', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(from({ 'sec-fetch-site': 'cross-site' }, { method })).toBe(true);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect(from({ 'sec-fetch-site': 'cross-site' }, { method })).toBe(false);
});
