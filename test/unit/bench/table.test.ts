import { formatNumber, percent, tableLines } from '../../../bench/table';

test.each([
  [0.123, '0.12'],
  [7, '7'],
  [12.34, '12.3'],
  [123.4, '123'],
  [1234.5, '1,235'],
  [1_234_567, '1,234,567'],
  [Number.NaN, '–'],
])('%d is written %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test('a ratio is written in whole percent', () => {
  expect(percent(0.695)).toBe('70 %');
});

test('columns are as wide as they need to be, numbers to the right', () => {
  const lines = tableLines({ title: 'T', head: ['name', 'n'], rows: [['a', 5], ['longer', 1200]], notes: ['why'] });
  expect(lines).toEqual(['', 'T', '  name        n', '  ──────  ─────', '  a           5', '  longer  1,200', '  why']);
});
