import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpProblem } from '../problem';
import { headersTooLarge, malformedRequest, requestTimeout } from './http-problems';
import { ALWAYS } from './security-headers';

/**
 * Answers what is not even a request: a first line or headers that cannot be read, too many of them, or none in time. Its
 * language cannot be known, so the answer has both; the connection is closed, for nobody knows where the next request begins.
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  const isWritable = socket.writable && !socket.destroyed && error.code !== 'ECONNRESET';
  if (!isWritable || owesAnotherAnswer(socket)) {
    socket.destroy();
    return;
  }
  socket.end(rawAnswer(problemOf(error)), () => socket.destroy());
}

/** What Node keeps at a socket; it has no other name for it. */
interface HttpSocket extends Socket {
  /** The answer that is awaited first. */
  _httpMessage?: { _headerSent?: boolean; req?: IncomingMessage } | null;
  /** With the request that came last. */
  parser?: { incoming?: IncomingMessage | null } | null;
}

/** Whether what is written now would be taken for a part of another answer, or for the answer to another request that came before. */
function owesAnotherAnswer(socket: HttpSocket): boolean {
  const awaited = socket._httpMessage;
  if (!awaited) return false;
  const isTheBrokenOne = awaited.req !== undefined && awaited.req === socket.parser?.incoming && !awaited.req.complete;
  return awaited._headerSent === true || !isTheBrokenOne;
}

function problemOf({ code }: { code?: string }): HttpProblem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimeout();
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge();
  return malformedRequest({ zh: '无法读取该 HTTP 请求。', en: 'It cannot be read as an HTTP request.' });
}

function rawAnswer({ status, code, words }: HttpProblem): string {
  const body = JSON.stringify({ type: `urn:bihuan:problem:${code}`, ...words.zh, status, code, en: words.en });
  const headers = { ...ALWAYS, 'content-type': 'application/problem+json', 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
