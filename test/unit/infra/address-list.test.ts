import { addressMistake, AddressList, callerOf } from '../../../infra/address-list';

test('addresses and networks, also where a socket shows IPv4 as IPv6', () => {
  const list = new AddressList(['10.0.0.5', '172.16.0.0/12', 'fd00::/16']);
  for (const address of ['10.0.0.5', '::ffff:10.0.0.5', '172.31.255.255', 'fd00::1', 'fd00:0:1::2%eth0']) expect([address, list.has(address)]).toEqual([address, true]);
  for (const address of ['10.0.0.6', '172.32.0.1', 'fd01::1', '', 'nonsense', 'unix']) expect([address, list.has(address)]).toEqual([address, false]);
});

test('what is no address, or would hold everybody, is a mistake', () => {
  for (const entry of ['10.0.0.5', '10.0.0.0/8', '::1', 'fd00::/16', '::ffff:10.0.0.5', '::ffff:10.0.0.0/104']) expect(addressMistake(entry)).toBeUndefined();
  for (const entry of ['true', '*', 'proxy.example', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0', '', '1', 'fd00::/129']) expect(addressMistake(entry)).toContain('neither');
  for (const entry of ['0.0.0.0/0', '::/0', '128.0.0.0/1', '2000::/3', '::ffff:0:0/96', '::ffff:0.0.0.0/97', '0:0:0:0:0:FFFF:a00:0/103', '::/16']) expect(addressMistake(entry)).toContain('anybody');
});

test('one caller has all of an IPv6 network, and an IPv4 address is one caller', () => {
  expect(callerOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
  const network = callerOf('2001:db8:1:2::1');
  expect(network).toBe('2001:db8:1:2::/64');
  for (const address of ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:0db8:0001:0002::', '2001:DB8:1:2::9']) expect(callerOf(address)).toBe(network);
  expect(callerOf('2001:db8:1:3::1')).not.toBe(network);
  expect(callerOf('::1')).toBe('0:0:0:0::/64');
  expect(callerOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
});
