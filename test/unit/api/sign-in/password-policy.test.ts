import * as fc from 'fast-check';
import { passwordFaults } from '../../../../api/sign-in/password-policy';
import { newFirstPassword } from '../../../../api/sign-in/secrets';
import { loadCommonPasswords } from '../../../../policies/common-passwords';

const common = loadCommonPasswords();
const names = ['wang.fang', 'wx-liangxi', '梁溪区总工会'];
const faults = (password: string) => passwordFaults(password, { common, names });

test.each(['vier-Kraniche-im-Regen', '今天的雨下在运河上面没有停', 'xk7 pq2 vn9 wt4', '839201746531', 'MMMMdkfjeirqqq', 'correct fence plug ocean nine'])('taken: %s', (password) => {
  expect(faults(password)).toEqual([]);
});

test.each([
  ['kurz', ['TOO_SHORT']],
  ['elf Zeichen', ['TOO_SHORT']],
  ['x9 '.repeat(43), ['TOO_LONG']],
])('%s is refused for its length', (password, reasons) => {
  expect(faults(password)).toEqual(reasons);
});

test('twelve characters are enough, 128 not too many; letters of any script count one', () => {
  expect(faults('ab1cd2ef3gh4')).toEqual([]);
  expect(faults('雨'.repeat(6) + '山水风云日月')).toEqual([]);
  expect(faults(`${'k4 z'.repeat(2)}${'w8-q?m'.repeat(20)}`)).toEqual([]);
});

test.each(['password1234', 'Password2024!', 'P@ssw0rd12345', 'adminadmin123', 'qwerty123456', 'iloveyou2023!', 'welcome-admin', 'zonggonghui123', 'woaini1314520', 'Bihuan@2026!!', 'ｐａｓｓｗｏｒｄ１２３４'])('%s is what everybody tries first', (password) => {
  expect(faults(password)).toContain('COMMON');
});

test.each(['wang.fang.2024', 'WangFang-1985', 'wx-liangxi-42', 'liangxi20240101', '梁溪区总工会梁溪区总工会'])('%s names the account', (password) => {
  expect(faults(password)).toContain('NAMES_THE_ACCOUNT');
});

test.each(['aaaaaaaaaaaa', 'abababababab', 'x1y2x1y2x1y2', '123456789012', '987654321098', 'abcdefghijklm', 'qwertyuiopasd', '1qaz2wsx3edc', 'mnbvcxzlkjhg'.split('').reverse().join('')])('%s is a pattern', (password) => {
  expect(faults(password).some((fault) => fault === 'PATTERN' || fault === 'COMMON')).toBe(true);
});

test('every password that we make ourselves is taken', () => {
  for (let n = 0; n < 500; n++) expect(faults(newFirstPassword())).toEqual([]);
});

test('whatever is typed, the answer comes: no text brings the check down', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (password) => {
      const length = Array.from(password).length;
      const found = faults(password);
      expect(found.includes('TOO_SHORT')).toBe(length < 12);
      expect(found.includes('TOO_LONG')).toBe(length > 128);
    }),
  );
});
