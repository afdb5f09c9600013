import type { FastifyInstance } from 'fastify';
import { invalidInput, type InputMistake } from './problem';
import { both } from './schema-messages';

/** Names that mean something to every object: no field of ours is called so, and what copies them would change all objects. */
const INHERITED = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Refuses text that cannot be kept, as value or as name of a field, for the record takes neither the character U+0000 nor half of
 * a surrogate pair; and fields with the names of what objects inherit.
 */
export function guardTexts(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const { params, query, body } = request;
    const mistakes = [...unkeepable(params, 'params'), ...unkeepable(query, 'querystring'), ...unkeepable(body, 'body')];
    done(mistakes.length > 0 ? invalidInput(mistakes) : undefined);
  });
}

/** Whether the record can keep a text. */
export function isKeepable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

function unkeepable(value: unknown, path: string): InputMistake[] {
  if (typeof value === 'string') {
    if (isKeepable(value)) return [];
    return [{ path, message: both('含有无法保存的字符', 'holds a character that cannot be kept') }];
  }
  if (typeof value !== 'object' || value === null) return [];
  // A name that is refused is not told in the path: it is the caller's text, and may be any.
  return Object.entries(value).flatMap(([key, inner]) =>
    INHERITED.has(key) || !isKeepable(key) ? [{ path, message: both('含有不允许的字段名', 'holds a field of a name that is not allowed') }] : unkeepable(inner, `${path}.${key}`),
  );
}
