import { policyInForce, type Reference } from '../../../domain/reference';
import { policy, refusalsOf, valueOf } from './given';

const wuxi = policy('wuxi-2023');
const reference: Reference = {
  digest: 'test',
  policies: [{ ...wuxi, version: 2, effectiveFrom: '2024-03-01' }, wuxi],
  standards: [],
  calendar: { coveredFrom: '2023-01-01', coveredUntil: '2023-12-31', off: [], work: [] },
};

test('R-BZ-09: a new version counts from its first day on, whatever order they stand in', () => {
  expect(valueOf(policyInForce(reference, '2024-02-29')).version).toBe(1);
  expect(valueOf(policyInForce(reference, '2024-03-01')).version).toBe(2);
});
test('a policy counts on its own first day and not the day before, which is refused with the day', () => {
  expect(valueOf(policyInForce(reference, '2023-11-03')).id).toBe('wuxi-2023');
  expect(refusalsOf(policyInForce(reference, '2023-11-02'))).toEqual([
    { code: 'POLICY_VALUE_MISSING', profile: 'none in force', missing: ['a profile in force on 2023-11-02'] },
  ]);
});
