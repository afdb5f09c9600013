import fc from 'fast-check';
import { maskPhone } from '../../../api/masks';

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
