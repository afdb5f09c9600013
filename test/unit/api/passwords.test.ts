import { hashSync } from '@node-rs/argon2';
import { HASHING, hashPassword, isPassword, needsRehash, NO_PASSWORD } from '../../../api/passwords';

/** scrypt of "an old password" as the release before kept it. */
const OF_RELEASE_BEFORE = 'scrypt:000102030405060708090a0b0c0d0e0f:62d543fcda53a480fbcefe368aa79e4670642d48e886d8f0eb47b1e0a412b78a';

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
test('it is argon2id with what OWASP asks for at least', async () => {
  expect(await hashPassword('demo-password')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});
test.each(['', 'scrypt', 'scrypt:00', 'scrypt:00:', `scrypt:${'00'.repeat(16)}:${'00'.repeat(32)}`, 'scrypt:zz:zz', 'demo-password', NO_PASSWORD, '$argon2id$', '$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA'])(
  'nothing fits a stored hash that is broken, or none: %j',
  async (stored) => {
    expect(await isPassword('demo-password', stored)).toBe(false);
    expect(await isPassword('', stored)).toBe(false);
    expect(await isPassword(stored, stored)).toBe(false);
  },
);
test('nobody without a hash has a password', async () => {
  expect(await isPassword('', undefined)).toBe(false);
  expect(await isPassword('demo-password', undefined)).toBe(false);
});
test('a hash that was cut short fits no more', async () => {
  const stored = await hashPassword('demo-password');
  expect(await isPassword('demo-password', stored.slice(0, -2))).toBe(false);
});
test('a hash of the release before fits still, and is to be replaced', async () => {
  expect(await isPassword('an old password', OF_RELEASE_BEFORE)).toBe(true);
  expect(await isPassword('another password', OF_RELEASE_BEFORE)).toBe(false);
  expect(needsRehash(OF_RELEASE_BEFORE)).toBe(true);
});
test('a weaker hash is to be replaced, one as strong or stronger is not', async () => {
  expect(needsRehash(await hashPassword('x'))).toBe(false);
  expect(needsRehash(hashSync('x', { ...HASHING, memoryCost: HASHING.memoryCost / 2 }))).toBe(true);
  expect(needsRehash(hashSync('x', { ...HASHING, timeCost: 1 }))).toBe(true);
  expect(needsRehash(hashSync('x', { ...HASHING, timeCost: 3 }))).toBe(false);
});
