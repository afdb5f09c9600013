import fc from 'fast-check';
import { z } from 'zod';
import { CursorInstant, decodeCursor, encodeCursor } from '../../../api/cursor';
import { HttpProblem } from '../../../api/problem';
import { PlainDate } from '../../../api/schemas/values';

const Task = z.object({ since: PlainDate, id: z.uuid() });
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('the first page has no cursor', () => {
  expect(decodeCursor(undefined, Task)).toBeUndefined();
});
test('every key that was encoded comes back, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (number) => {
      expect(decodeCursor(encodeCursor({ number }), z.object({ number: z.string() }))).toEqual({ number });
    }),
  );
});
test('it can stand in an address without being escaped', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (number) => {
      expect(encodeCursor({ number })).toMatch(/^[A-Za-z0-9_-]+$/);
    }),
  );
});
test.each([
  ['no base64', '%%%'],
  ['no JSON', Buffer.from('{').toString('base64url')],
  ['null', encoded(null)],
  ['a number', encoded(7)],
  ['a list', encoded(['WX-1'])],
  ['of another list', encoded({ number: 'WX-1' })],
  ['with something that is no date, which a query could not compare', encoded({ since: 'x', id: '9b2e8a52-3f0e-4d35-8a64-0f2f4b1c7d11' })],
  ['with a date that does not exist', encoded({ since: '2023-02-29', id: '9b2e8a52-3f0e-4d35-8a64-0f2f4b1c7d11' })],
  ['with something that is no id', encoded({ since: '2023-11-13', id: 'y' })],
  ['empty', ''],
])('a cursor that is %s is bad input, named by its path', (_, cursor) => {
  let problem: unknown;
  try {
    decodeCursor(cursor, Task);
  } catch (error) {
    problem = error;
  }
  expect(problem).toBeInstanceOf(HttpProblem);
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_INPUT', fields: { errors: [{ path: 'querystring.cursor' }] } });
});

test.each([
  ['a character that the record cannot keep', { name: 'a\u0000b' }],
  ['half of a character', { name: '\ud800' }],
  ['an instant of a year that no calendar has', { name: 'a', at: '0000-01-01T00:00:00.000Z' }],
])('nor does a query ever see %s, which it would fail over', (_, key) => {
  expect(() => decodeCursor(encoded(key), z.object({ name: z.string(), at: CursorInstant.optional() }))).toThrow(expect.objectContaining({ status: 400, code: 'INVALID_INPUT' }) as Error);
});
