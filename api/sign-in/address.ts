import { isIPv4, isIPv6 } from 'node:net';

/**
 * The network that an address belongs to, for a list that is kept: three quarters of an IPv4 address, 48 bits of an IPv6 one.
 * It tells a branch office from the other end of the country, and not one desk from the next.
 */
export function addressPrefix(address: string): string {
  const v4 = asIPv4(address);
  if (v4) return `${v4.split('.').slice(0, 3).join('.')}.0/24`;
  const groups = groupsOf(address);
  return groups ? `${groups.slice(0, 3).join(':')}::/48` : 'unknown';
}

/** What counts as one place to try passwords from: an IPv4 address, and of IPv6 the 64 bits that one customer has whole. */
export function placeOf(address: string): string {
  const v4 = asIPv4(address);
  if (v4) return v4;
  const groups = groupsOf(address);
  return groups ? `${groups.slice(0, 4).join(':')}::/64` : 'unknown';
}

function asIPv4(address: string): string | undefined {
  const mapped = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIPv4(mapped) ? mapped : undefined;
}

/** The eight groups of an IPv6 address without leading zeros. */
function groupsOf(address: string): string[] | undefined {
  const bare = address.split('%')[0] ?? '';
  if (!isIPv6(bare) || bare.includes('.')) return undefined;
  const [before = '', after] = bare.toLowerCase().split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const zeros = after === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].map((group) => group.replace(/^0+(?=.)/, ''));
}
