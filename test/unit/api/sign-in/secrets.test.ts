import { digestOf, newFirstPassword, newRecoveryCodes, newToken, normalRecoveryCode } from '../../../../api/sign-in/secrets';

test('tokens, passwords and codes are long enough for what is kept of them, and never the same', () => {
  expect(newToken()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(newFirstPassword()).toMatch(/^([a-hjkmnp-z2-9]{4}-){4}[a-hjkmnp-z2-9]{4}$/);
  const codes = Array.from({ length: 50 }, newRecoveryCodes).flat();
  expect(new Set(codes).size).toBe(500);
  for (const code of codes) expect(code).toMatch(/^([a-hjkmnp-z2-9]{4}-){5}[a-hjkmnp-z2-9]{4}$/);
});

test('a recovery code counts however it is typed', () => {
  const [code = ''] = newRecoveryCodes();
  for (const typed of [code, code.toUpperCase(), code.replaceAll('-', ''), ` ${code.replaceAll('-', ' ')} `]) expect(digestOf(normalRecoveryCode(typed))).toEqual(digestOf(code));
  for (const typed of ['', '123456', code.slice(0, -1), `${code}a`]) expect(digestOf(normalRecoveryCode(typed))).not.toEqual(digestOf(code));
});
