import { ROLES, type Role } from '../../../domain/case-facts';
import { isForOverseersToLift, isOverseer } from '../../../domain/legal-hold';

test('auditors and supervisors oversee, and nobody else', () => {
  expect(ROLES.filter((role) => isOverseer([role]))).toEqual(['auditor', 'supervisor']);
});
test.each<[Role[], boolean]>([
  [['handler'], false],
  [['head'], false],
  [['handler', 'finance'], false],
  [['auditor'], true],
  [['supervisor'], true],
  [['handler', 'auditor'], true],
  // Who is nobody any more, or was never one who may place a hold: not known, and so the strict way.
  [[], true],
  [['finance'], true],
])('a hold that was placed by %j is for overseers to lift: %j', (roles, isTheirs) => {
  expect(isForOverseersToLift(roles)).toBe(isTheirs);
});
