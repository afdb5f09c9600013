import { addressPrefix, placeOf } from '../../../../api/sign-in/address';

test.each([
  ['10.1.2.3', '10.1.2.0/24', '10.1.2.3'],
  ['::ffff:10.1.2.3', '10.1.2.0/24', '10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1::/48', '2001:db8:1:2::/64'],
  ['::1', '0:0:0::/48', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0::/48', 'fe80:0:0:0::/64'],
  ['', 'unknown', 'unknown'],
  ['not an address', 'unknown', 'unknown'],
])('%s is of the network %s and the place %s', (address, prefix, place) => {
  expect([addressPrefix(address), placeOf(address)]).toEqual([prefix, place]);
});
