import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf, StartupError } from '../errors';

export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

const OWN_NAME = 'bihuan-postgres';

/**
 * The user that PostgreSQL runs as: undefined = ourselves. PostgreSQL refuses to run as root, so root
 * lends it the user of a PostgreSQL installation, or a system user created for it.
 * @throws StartupError when root can neither find nor create one
 */
export function postgresUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return findUser('postgres') ?? findUser(OWN_NAME) ?? createUser();
}

function findUser(name: string): SystemUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined || uid === '0' ? undefined : { name, uid: Number(uid), gid: Number(gid) };
}

function createUser(): SystemUser {
  // Debian, Red Hat and most others; Alpine and BusyBox.
  const ways: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', OWN_NAME]],
    ['adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', OWN_NAME]],
  ];
  const faults: string[] = [];
  for (const [command, args] of ways) {
    try {
      execFileSync(command, args, { stdio: 'pipe' });
    } catch (error) {
      faults.push(reasonOf(error).split('\n')[0] ?? command);
    }
    const user = findUser(OWN_NAME);
    if (user !== undefined) return user;
  }
  throw new StartupError(`PostgreSQL does not run as root, and no user could be created for it (${faults.join('; ')}); start Bihuan as another user, or create the user ${OWN_NAME}, or set DATABASE_URL.`);
}

/** Whether a user can reach everything in `directory`: may pass through it and each directory above it. */
export function canReach(directory: string, user: SystemUser): boolean {
  for (let path = directory; ; path = dirname(path)) {
    if (!mayEnter(statSync(path), user)) return false;
    if (path === dirname(path)) return true;
  }
}

function mayEnter({ mode, uid, gid }: Stats, user: SystemUser): boolean {
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
