import type { FastifyInstance } from 'fastify';
import { invalidInput, type InputMistake } from './problem';
import { both } from './schema-messages';

/** Refuses text that cannot be kept: the record takes neither the character U+0000 nor half of a surrogate pair. */
export function guardTexts(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const { params, query, body } = request;
    const mistakes = [...unkeepable(params, 'params'), ...unkeepable(query, 'querystring'), ...unkeepable(body, 'body')];
    done(mistakes.length > 0 ? invalidInput(mistakes) : undefined);
  });
}

function unkeepable(value: unknown, path: string): InputMistake[] {
  if (typeof value === 'string') {
    if (!value.includes('\u0000') && value.isWellFormed()) return [];
    return [{ path, message: both('含有无法保存的字符', 'holds a character that cannot be kept') }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => unkeepable(inner, `${path}.${key}`));
}
