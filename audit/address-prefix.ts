import { isIPv4, isIPv6 } from 'node:net';

/**
 * The network that an address is in: /24 of IPv4, /48 of IPv6. Enough to tell an office from somewhere else, not enough to
 * follow a person home.
 *
 * @returns undefined for what is no address
 */
export function addressPrefix(address: string): string | undefined {
  const [bare = ''] = address.split('%'); // without the zone of a link-local address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  const v4 = mapped ?? bare;
  if (isIPv4(v4)) return `${v4.split('.').slice(0, 3).join('.')}.0/24`;
  return isIPv6(bare) ? `${firstGroups(bare)}::/48` : undefined;
}

/** Three groups of four hex digits, written out wherever the address has its "::". */
function firstGroups(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? 0 : tail.split(':').length + (tail.includes('.') ? 1 : 0);
  const all = tail === undefined ? groups : [...groups, ...Array.from({ length: Math.max(0, 8 - groups.length - after) }, () => '0'), ...tail.split(':')];
  return all
    .slice(0, 3)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':');
}
