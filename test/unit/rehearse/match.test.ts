import { describeDifference, differences } from '../../../rehearse/match';

test('fields that are not expected may be anything, at every depth', () => {
  expect(differences({ a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 })).toEqual([]);
});

test('every difference is told, with its path and in the order of the expectation', () => {
  const found = differences({ state: 'visit', notices: [{ closesOn: '2024-01-18' }], recheck: { everyMonths: 12 } }, { state: 'intake', notices: [{ closesOn: '2024-01-17' }] });
  expect(found).toEqual([
    { path: 'state', expected: 'visit', got: 'intake' },
    { path: 'notices[0].closesOn', expected: '2024-01-18', got: '2024-01-17' },
    { path: 'recheck', expected: { everyMonths: 12 }, got: undefined },
  ]);
});

test('a list of another length differs as a whole, also when its beginning agrees', () => {
  expect(differences({ items: [1, 2] }, { items: [1, 2, 3] })).toEqual([{ path: 'items', expected: [1, 2], got: [1, 2, 3] }]);
  expect(differences([], [{}])).toHaveLength(1);
  expect(differences([{ a: 1 }], { 0: { a: 1 } })).toHaveLength(1);
});

test('"*" is anything but null or nothing', () => {
  expect(differences({ a: '*', b: '*', c: ['*'] }, { a: 0, b: '', c: [false] })).toEqual([]);
  expect(differences({ a: '*', b: '*' }, { a: null }).map(describeDifference)).toEqual(['a: expected present and not null, got null', 'b: expected present and not null, got nothing']);
});

test('null is a value of its own: an absent field is not null', () => {
  expect(differences({ a: null }, { a: null })).toEqual([]);
  expect(differences({ a: null }, {})).toHaveLength(1);
  expect(differences({ a: {} }, { a: null })).toHaveLength(1);
});

test('numbers and texts are not mixed up, and inherited names are not fields', () => {
  expect(differences({ a: 1 }, { a: '1' }).map(describeDifference)).toEqual(['a: expected 1, got "1"']);
  expect(differences({ constructor: '*' }, {})).toHaveLength(1);
});
