import { asked, conditionsOf } from '../../../store/conditions';

const NAMES = ['state', 'hardshipClass', 'orgId', 'recheckDueBefore', 'name', 'id', 'phone', 'card', 'after'];

test('only what is asked for is in the statement, with its values in their places', () => {
  const { text, values, name } = conditionsOf(['a', 1], [
    { name: 'state', values: asked('active'), text: (value) => `state = ${value}` },
    { name: 'orgId', values: asked(undefined), text: (value) => `org_id = ${value}` },
    { name: 'after', values: ['x', 'y'], text: (since, id) => `(since, id) > (${since}, ${id})` },
  ]);
  expect({ text, values, name }).toEqual({ text: ' and state = $3 and (since, id) > ($4, $5)', values: ['a', 1, 'active', 'x', 'y'], name: 'state,after' });
});

test('however many conditions are asked for, statements have names of their own that PostgreSQL does not cut off', () => {
  const subsets = Array.from({ length: 2 ** NAMES.length }, (_, bits) => NAMES.filter((_name, index) => (bits >> index) % 2 === 1));
  const names = subsets.map((subset) => conditionsOf([], subset.map((name) => ({ name, values: asked(1), text: () => 'true' }))).name);
  expect(new Set(names).size).toBe(subsets.length);
  // listCases(…;…) with the reach of somebody who reaches cases by all their unions is the longest that stands around them.
  expect(Math.max(...names.map((name) => `listCases(g=<r=<o=<;${name})`.length))).toBeLessThanOrEqual(63);
});
