import fc from 'fast-check';
import { isBeyondMeasure } from '../../../../api/http/json-body';
import { JSON_DEPTH_MAX, JSON_PARTS_MAX } from '../../../../api/http/limits';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

test('a text of the allowed depth passes, one level more does not', () => {
  expect(isBeyondMeasure(nested(JSON_DEPTH_MAX))).toBe(false);
  expect(isBeyondMeasure(nested(JSON_DEPTH_MAX + 1))).toBe(true);
  expect(isBeyondMeasure('{"a":'.repeat(JSON_DEPTH_MAX + 1))).toBe(true);
});

test('many parts are too many however flat they lie', () => {
  expect(isBeyondMeasure(`[${'1,'.repeat(JSON_PARTS_MAX - 1)}1]`)).toBe(false);
  expect(isBeyondMeasure(`[${'1,'.repeat(JSON_PARTS_MAX + 1)}1]`)).toBe(true);
  expect(isBeyondMeasure(`{${Array.from({ length: JSON_PARTS_MAX }, (_, index) => `"k${index}":1`).join(',')}}`)).toBe(true);
});

test('signs inside of texts do not count, whatever is escaped in them', () => {
  expect(isBeyondMeasure(JSON.stringify({ text: '[{'.repeat(5_000) + '\\"\\\\"[[['.repeat(5_000) }))).toBe(false);
  expect(isBeyondMeasure(`{"a":"\\\\","b":${nested(JSON_DEPTH_MAX + 5)}}`)).toBe(true);
});

test('for any JSON value, the judgement is that of its real depth', () => {
  const depthOf = (value: unknown): number => (typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0);
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: JSON_DEPTH_MAX + 6 }), (value) => {
      expect(isBeyondMeasure(JSON.stringify(value))).toBe(depthOf(value) > JSON_DEPTH_MAX);
    }),
  );
});
