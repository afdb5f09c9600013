import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTENS = '0A';

/** Where a process listens by TCP, as `address:port`; an IPv6 address as the kernel writes it. Linux only, like the stack itself. */
export function listensOn(pid: number): string[] {
  const sockets = new Set(readdirSync(`/proc/${pid}/fd`).flatMap((fd) => socketOf(`/proc/${pid}/fd/${fd}`)));
  const rows = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trim().split('\n').slice(1));
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
    return state === LISTENS && sockets.has(inode) ? [legible(local)] : [];
  });
}

function socketOf(fd: string): string[] {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(fd))?.slice(1) ?? [];
  } catch {
    return []; // closed between the two looks
  }
}

/** The kernel writes an IPv4 address as one number, in the machine's own order of bytes. */
function legible(local: string): string {
  const [address = '', port = ''] = local.split(':');
  const host = address.length === 8 ? [...Buffer.from(address, 'hex').reverse()].join('.') : address;
  return `${host}:${parseInt(port, 16)}`;
}
