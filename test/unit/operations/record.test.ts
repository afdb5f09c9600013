import { skew } from '../../../operations/checks/record';

test.each([
  [0, 'ok'],
  [-999, 'ok'],
  [1_000, 'warning'],
  [-59_999, 'warning'],
  [60_000, 'wrong'],
  [-3_600_000, 'wrong'],
])('a database whose clock is %i ms ahead of the machine’s is %s', (aheadMs, level) => {
  expect(skew(aheadMs)).toMatchObject({ level, says: `the database is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine` });
});
