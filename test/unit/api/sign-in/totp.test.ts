import { newTotpSecret, stepOfCode } from '../../../../api/sign-in/totp';

/** RFC 6238, appendix B: the key of the SHA-1 rows; its eight digits end with our six. */
const KEY = Buffer.from('12345678901234567890');

test.each([
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
])('at second %d the code is the last six digits of %s', (second, eightDigits) => {
  expect(stepOfCode(KEY, eightDigits.slice(2), second * 1000)).toBe(Math.floor(second / 30));
});

test('a code counts one step to either side, and says to which step it belongs', () => {
  const second = 1_111_111_109;
  const step = Math.floor(second / 30);
  for (const shift of [-1, 0, 1]) expect(stepOfCode(KEY, '081804', (second + shift * 30) * 1000)).toBe(step);
  for (const shift of [-2, 2]) expect(stepOfCode(KEY, '081804', (second + shift * 30) * 1000)).toBeUndefined();
});

test.each(['', '08180', '0818045', ' 81804', '08180x', '０８１８０４', '-81804', '1e5000'])('%j is no code', (code) => {
  expect(stepOfCode(KEY, code, 1_111_111_109_000)).toBeUndefined();
});

test('a new secret has 160 bits and a URI that authenticators understand', () => {
  const { bytes, uri, base32 } = newTotpSecret('wx.王');
  expect(bytes).toHaveLength(20);
  expect(base32).toMatch(/^[A-Z2-7]{32}$/);
  const { protocol, searchParams } = new URL(uri);
  expect(protocol).toBe('otpauth:');
  expect(Object.fromEntries(searchParams)).toEqual({ issuer: 'Bihuan', secret: base32, algorithm: 'SHA1', digits: '6', period: '30' });
  expect(newTotpSecret('wx.王').base32).not.toBe(base32);
});
