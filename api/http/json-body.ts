import type { FastifyInstance } from 'fastify';
import { invalidInput, type HttpProblem } from '../problem';
import { both } from '../schema-messages';
import { unsupportedEncoding } from './http-problems';
import { bodyBytesMax, JSON_DEPTH_MAX, JSON_PARTS_MAX } from './limits';

/** Gives every route the size of body that its operation needs. */
export function limitBodies(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    route.bodyLimit ??= bodyBytesMax(route.schema?.operationId);
  });
}

const OURS = /^\s*application\/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;

/**
 * Reads JSON bodies: UTF-8 and nothing else, neither deep nor with endless parts, without keys that reach into prototypes.
 *
 * A command without words may come without a body, or with `content-type: application/json` and nothing behind it; its
 * schema then sees an empty object. Any other content type is refused, plain text included.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = textOf(request.headers['content-type'], body as Buffer);
    if (typeof text !== 'string') done(text ?? null, undefined);
    else void parse(request, text, done);
  });
  app.removeContentTypeParser('text/plain');
  app.addHook('preValidation', (request, _reply, done) => {
    request.body ??= request.method === 'GET' || request.method === 'HEAD' ? undefined : {};
    done();
  });
}

/** The JSON text of a body; undefined when there is none, and a problem when it is not one of ours. */
function textOf(contentType: string | undefined, body: Buffer): string | HttpProblem | undefined {
  if (!OURS.test(contentType ?? '')) return unsupportedEncoding();
  if (body.length === 0) return undefined;
  const text = decoded(new TextDecoder('utf-8', { fatal: true }), body);
  if (text === undefined) return invalidInput([{ path: 'body', message: both('不是有效的 UTF-8 文本', 'is not valid UTF-8') }]);
  return isBeyondMeasure(text) ? invalidInput([{ path: 'body', message: both('层次过深或内容过多', 'is nested too deep or has too many parts') }]) : text;
}

function decoded(utf8: { decode(bytes: Buffer): string }, body: Buffer): string | undefined {
  try {
    return utf8.decode(body);
  } catch {
    return undefined; // what it is not is all that can be said of it
  }
}


const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Whether a JSON text is deeper or has more parts than any body of the service. Judged by its signs, before it is parsed: what
 * looks at the parsed body goes down into it, and would run out of stack. A text that is no JSON may be judged either way.
 */
export function isBeyondMeasure(text: string): boolean {
  let depth = 0;
  let parts = 0;
  let isInText = false;
  for (let index = 0; index < text.length; index++) {
    const sign = text.charCodeAt(index);
    if (isInText) {
      if (sign === BACKSLASH) index++;
      else if (sign === QUOTE) isInText = false;
    } else if (sign === QUOTE) isInText = true;
    else if (sign === OPEN_LIST || sign === OPEN_OBJECT) depth++;
    else if (sign === CLOSE_LIST || sign === CLOSE_OBJECT) depth--;
    else if (sign === COMMA || sign === COLON) parts++;
    if (depth > JSON_DEPTH_MAX || parts > JSON_PARTS_MAX) return true;
  }
  return false;
}
