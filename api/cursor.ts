import { z } from 'zod';
import { invalidInput } from './problem';
import { both } from './schema-messages';
import { isKeepable } from './text-guard';

/** An instant in a cursor, of a year that the record can compare with: its calendar has no year 0. */
export const CursorInstant = z.iso.datetime().refine((text) => text >= '2000');

/** A cursor is opaque to the caller: the key of the last item, encoded. */
export function encodeCursor(key: Record<string, string | number>): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * The key in a cursor, checked against the list's own schema: a cursor comes back through the caller's hands.
 *
 * @throws HttpProblem INVALID_INPUT for one that this list did not give out
 */
export function decodeCursor<Key>(cursor: string | undefined, schema: z.ZodType<Key>): Key | undefined {
  if (cursor === undefined) return undefined;
  const key = schema.safeParse(jsonIn(cursor));
  if (!key.success || !isOfKeepableTexts(key.data)) throw invalidInput([{ path: 'querystring.cursor', message: both('游标无效', 'not a cursor of this list') }]);
  return key.data;
}

/** A cursor's texts reach a query without passing the guard of all other texts, which sees the cursor as it is encoded. */
function isOfKeepableTexts(key: unknown): boolean {
  return Object.values(key as object).every((part) => typeof part !== 'string' || isKeepable(part));
}

function jsonIn(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined; // no JSON, so it fits no schema
  }
}
