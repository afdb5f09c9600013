import { BlockList, isIP } from 'node:net';

/** Of an IPv6 caller: whoever has one address of such a network has all of it. */
const IPV6_GROUPS_OF_A_CALLER = 4;

/** Addresses and networks, to ask whether an address is among them. */
export class AddressList {
  private readonly list = new BlockList();

  /** @param entries addresses, or networks with their prefix: `10.0.0.5`, `fd00::/8`; each of them checked by `addressMistake` */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const [address = '', prefix] = entry.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.list.addAddress(address, family);
      else this.list.addSubnet(address, Number(prefix), family);
    }
  }

  has(address: string): boolean {
    const plain = plainAddress(address);
    const family = isIP(plain);
    return family !== 0 && this.list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** The shortest prefixes that still name a network of somebody's own, and not a good part of the world. */
const PREFIX_MIN = { 4: 8, 6: 16 };
const PREFIX_MAX = { 4: 32, 6: 128 };
/** Where IPv6 has all of IPv4. */
const IPV4_IN_IPV6 = { address: '::ffff:0:0', bits: 96 };

/** What is wrong with an entry of a list of addresses, as the end of a sentence; undefined when nothing is. */
export function addressMistake(entry: string): string | undefined {
  const [address = '', prefix, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return 'is neither an address nor a network such as 10.0.0.0/24';
  if (prefix === undefined) return undefined;
  const bits = Number(prefix);
  if (bits > PREFIX_MAX[family as 4 | 6]) return 'is neither an address nor a network such as 10.0.0.0/24';
  const bitsMin = holdsIPv4(address, bits) ? IPV4_IN_IPV6.bits + PREFIX_MIN[4] : PREFIX_MIN[family as 4 | 6];
  return bits < bitsMin ? 'holds so many addresses that anybody could be in it' : undefined;
}

/** Whether an IPv6 network has addresses of IPv4 in it: of those, readers take it for the IPv4 network that they are. */
function holdsIPv4(address: string, bits: number): boolean {
  if (isIP(address) !== 6) return false;
  const list = new BlockList();
  list.addSubnet(address, Math.min(bits, IPV4_IN_IPV6.bits), 'ipv6');
  return list.check(IPV4_IN_IPV6.address, 'ipv6');
}

/** An IPv4 address that a socket shows as IPv6 is that IPv4 address; a zone is left out. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

/** What counts as one caller: an IPv4 address, or the /64 network of an IPv6 address. */
export function callerOf(address: string): string {
  const plain = plainAddress(address);
  if (isIP(plain) !== 6) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after);
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...(tail ? tail.split(':') : [])];
  return `${all.slice(0, IPV6_GROUPS_OF_A_CALLER).map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
