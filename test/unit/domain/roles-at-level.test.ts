import { ROLES } from '../../../domain/case-facts';
import { rolesAtLevel, whyNotTheseRoles } from '../../../domain/roles-at-level';

const OFFICE = ['handler', 'head', 'leader', 'member1', 'member2', 'member3', 'finance', 'treasurer'];

test('the roles of each level are those of the contract', () => {
  expect(rolesAtLevel('grassroots')).toEqual(['clerk']);
  expect(rolesAtLevel('county')).toEqual([...OFFICE, 'auditor', 'admin']);
  expect(rolesAtLevel('city')).toEqual([...OFFICE, 'auditor', 'supervisor', 'operator', 'admin']);
  expect(rolesAtLevel('province')).toEqual(['auditor', 'supervisor', 'operator', 'admin']);
});
test('every role exists somewhere', () => {
  const all = (['grassroots', 'county', 'city', 'province'] as const).flatMap(rolesAtLevel);
  expect(ROLES.filter((role) => !all.includes(role))).toEqual([]);
});
test('an administrator has no other role, and nobody a role of another level', () => {
  expect(whyNotTheseRoles(['admin'], 'county')).toBeUndefined();
  expect(whyNotTheseRoles(['handler', 'finance'], 'county')).toBeUndefined();
  expect(whyNotTheseRoles(['admin', 'auditor'], 'county')).toBe('adminStandsAlone');
  expect(whyNotTheseRoles(['clerk'], 'county')).toBe('notAtThisLevel');
  expect(whyNotTheseRoles(['supervisor', 'handler'], 'county')).toBe('notAtThisLevel');
});
