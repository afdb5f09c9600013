import { readAdministrator } from '../../../service/administrator';

const password = 'correct horse battery';

test('without an organisation nobody is to be entered, whatever else is set', () => {
  expect(readAdministrator({})).toBeUndefined();
  expect(readAdministrator({ ADMIN_ORG: '', ADMIN_USER: 'admin', ADMIN_PASSWORD_FILE: '/nowhere' })).toBeUndefined();
});

test('the administrator is called admin unless another name is set', () => {
  expect(readAdministrator({ ADMIN_ORG: 'wx', ADMIN_PASSWORD: password })).toEqual({ id: 'admin', orgId: 'wx', password });
  expect(readAdministrator({ ADMIN_ORG: 'wx', ADMIN_PASSWORD: password, ADMIN_USER: '王.wx' })?.id).toBe('王.wx');
});

test('all mistakes are told together, and none repeats the password', () => {
  expect(() => readAdministrator({ ADMIN_ORG: 'wx' })).toThrow('ADMIN_PASSWORD must be set');
  expect(() => readAdministrator({ ADMIN_ORG: 'wx', ADMIN_PASSWORD: 'short', ADMIN_USER: 'a b' })).toThrow(
    'The configuration has 2 mistakes: ADMIN_USER is "a b" but must be a name of letters, digits, dots, dashes and underscores; ADMIN_PASSWORD has 5 characters but must have 12 to 128.',
  );
  expect(() => readAdministrator({ ADMIN_ORG: 'wx', ADMIN_PASSWORD: 'x'.repeat(129) })).toThrow('129 characters');
  expect(() => readAdministrator({ ADMIN_ORG: 'wx', ADMIN_PASSWORD_FILE: '/nowhere' })).toThrow('ADMIN_PASSWORD_FILE is "/nowhere", which cannot be read (ENOENT)');
});
