import { hashPassword, isPassword } from '../../../api/passwords';

test('the password fits its own hash and no other password does', async () => {
  const stored = await hashPassword('一个口令');
  expect(await isPassword('一个口令', stored)).toBe(true);
  for (const other of ['', '一个口', '一个口令 ', 'demo-password']) expect(await isPassword(other, stored)).toBe(false);
});
test('one password never has the same hash twice, and does not stand in it', async () => {
  const [one, other] = await Promise.all([hashPassword('demo-password'), hashPassword('demo-password')]);
  expect(one).not.toBe(other);
  expect(one).not.toContain('demo-password');
  expect(await isPassword('demo-password', other)).toBe(true);
});
test.each(['', 'scrypt', 'scrypt:00', 'scrypt:00:', `scrypt:${'00'.repeat(16)}:${'00'.repeat(32)}`, 'scrypt:zz:zz', 'demo-password'])(
  'nothing fits a stored hash that is broken: %j',
  async (stored) => {
    expect(await isPassword('demo-password', stored)).toBe(false);
    expect(await isPassword('', stored)).toBe(false);
  },
);
test('a hash that was cut short fits no more', async () => {
  const stored = await hashPassword('demo-password');
  expect(await isPassword('demo-password', stored.slice(0, -2))).toBe(false);
});
