import { addressPrefix } from '../../../audit/address-prefix';

test.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['2001:0DB8:00a1::1', '2001:db8:a1::/48'],
  ['::1', '0:0:0::/48'],
  ['::', '0:0:0::/48'],
  ['1::2:3:4:5:6:7', '1:0:2::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['64:ff9b::203.0.113.77', '64:ff9b:0::/48'],
])('of %s only the network %s is kept', (address, prefix) => {
  expect(addressPrefix(address)).toBe(prefix);
});

test.each(['', 'localhost', '203.0.113', '203.0.113.256', '12345::'])('%j is no address', (text) => {
  expect(addressPrefix(text)).toBeUndefined();
});
