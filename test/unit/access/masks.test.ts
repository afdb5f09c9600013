import fc from 'fast-check';
import { HIDDEN, hideWhole, maskName, maskPhone } from '../../../access/masks';

test('A-20: of a mobile number the first three and the last four digits are left', () => {
  expect(maskPhone('13912345678')).toBe('139****5678');
});
test('a number too short to hide its middle is hidden whole', () => {
  expect(maskPhone('1234567')).toBe('*******');
  expect(maskPhone('')).toBe('');
});
test('no more than seven characters of any number are ever shown, and the length stays', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9 +-]{0,20}$/), (phone) => {
      const masked = maskPhone(phone);
      expect(masked).toHaveLength(phone.length);
      expect(masked.replaceAll('*', '').length).toBeLessThanOrEqual(7);
      if (phone.length > 0) expect(masked).toContain('*');
    }),
  );
});

test.each([
  ['张三', '张**'],
  ['张小三', '张**'],
  ['欧阳修', '欧阳**'],
  ['司马', '司**'],
  ['阿卜杜拉·买买提', '阿**'],
  ['𠮷野', '𠮷**'],
  ['', ''],
])('of the name %s the surname is left', (name, masked) => {
  expect(maskName(name)).toBe(masked);
});
test('a masked name does not tell how long the name is', () => {
  expect(maskName('李一')).toBe(maskName('李一二三四'));
  expect(hideWhole('示例路217号')).toBe(HIDDEN);
});
