import { HttpProblem, invalidInput } from '../problem';
import { both } from '../schema-messages';

/** Refusals of a request for what it is as a request, before anybody looks at what it asks for. */

export const malformedRequest = (why: { zh: string; en: string }) =>
  new HttpProblem(400, 'MALFORMED_REQUEST', { zh: { title: '请求格式有误', detail: why.zh }, en: { title: 'Malformed request', detail: why.en } }, {}, CLOSE);

export const crossSiteRequest = () =>
  new HttpProblem(403, 'CROSS_SITE_REQUEST', {
    zh: { title: '请求来源不被接受', detail: '使用会话 Cookie 的请求须由本站页面发出，并带有请求头 X-Bihuan: 1；其他程序请使用 Authorization: Bearer。' },
    en: { title: 'Request from elsewhere', detail: 'With the session cookie a request must come from a page of this site and carry the header X-Bihuan: 1. Programs use Authorization: Bearer.' },
  });

export const methodNotAllowed = (allowed: readonly string[]) =>
  new HttpProblem(
    405,
    'METHOD_NOT_ALLOWED',
    { zh: { title: '不支持的请求方法', detail: '此服务不使用该请求方法。' }, en: { title: 'Method not allowed', detail: 'This service has no use for that method.' } },
    {},
    { allow: allowed.join(', ') },
  );

export const uriTooLong = () =>
  new HttpProblem(414, 'URI_TOO_LONG', { zh: { title: '请求地址过长', detail: '请缩短地址或查询条件。' }, en: { title: 'Address too long', detail: 'Shorten the path or the query.' } });

export const unsupportedEncoding = () =>
  new HttpProblem(415, 'UNSUPPORTED_MEDIA_TYPE', {
    zh: { title: '不支持的内容编码', detail: '请发送未压缩的 UTF-8 内容。' },
    en: { title: 'Unsupported encoding', detail: 'Send UTF-8, not compressed.' },
  });

export const misdirected = () =>
  new HttpProblem(421, 'MISDIRECTED_REQUEST', {
    zh: { title: '请求的主机名不属于此服务', detail: '请使用本服务公布的地址。' },
    en: { title: 'Not the host of this service', detail: 'Use the address that the service is published under.' },
  });

export const tooManyRequests = (afterSeconds: number) =>
  new HttpProblem(
    429,
    'TOO_MANY_REQUESTS',
    {
      zh: { title: '请求过于频繁', detail: `请在 ${afterSeconds} 秒后重试。` },
      en: { title: 'Too many requests', detail: `Try again in ${afterSeconds} s.` },
    },
    { retryAfterSeconds: afterSeconds },
    { 'retry-after': String(afterSeconds) },
  );

export const headersTooLarge = () =>
  new HttpProblem(431, 'HEADERS_TOO_LARGE', { zh: { title: '请求头过大', detail: '请减少请求头。' }, en: { title: 'Headers too large', detail: 'Send fewer or shorter headers.' } }, {}, CLOSE);

export const requestTimeout = () =>
  new HttpProblem(408, 'REQUEST_TIMEOUT', { zh: { title: '请求超时', detail: '请求未在规定时间内发送完。' }, en: { title: 'Request timeout', detail: 'The request did not arrive in time.' } }, {}, CLOSE);

export const queryTooMuch = () => invalidInput([{ path: 'querystring', message: both('查询条件过多或过长', 'has too many or too long parameters') }]);
export const queryRepeated = (names: readonly string[]) =>
  invalidInput(names.map((name) => ({ path: `querystring.${name}`, message: both('不能重复', 'may be given once only') })));

/** What follows on the connection cannot be told from what belongs to the refused request. */
const CLOSE = { connection: 'close' };
