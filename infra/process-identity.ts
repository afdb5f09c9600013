import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { systemCode } from './errors';

/**
 * One process, also after its end: a process id alone is soon given to somebody else, and whoever trusts
 * it stops a stranger or waits for one.
 */
export interface ProcessIdentity {
  pid: number;
  startedAt: string;
}

/** Who runs under this id now; undefined when nobody does. A process that only waits to be collected has ended. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether that very process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/**
 * Sends a signal to that very process; nothing happens when it has ended.
 * @throws when this user may not signal it
 */
export function sendSignal(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error; // ended between the two looks
  }
}

/** The identity in a parsed JSON record, or undefined when it holds none. */
export function asIdentity(record: unknown): ProcessIdentity | undefined {
  if (typeof record !== 'object' || record === null || !('pid' in record) || !('startedAt' in record)) return undefined;
  const { pid, startedAt } = record;
  return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
}

// Read from /proc and not from `ps`: slim container images have no `ps`.
function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name is in brackets and may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticksSinceBoot] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || ticksSinceBoot === undefined) return undefined;
    // Ticks count from the boot, so another boot must not look the same.
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticksSinceBoot}`;
  } catch {
    return undefined; // no such process: /proc has no other way to say so
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const started = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return started === '' || started.startsWith('Z') ? undefined : started.replace(/^\S+\s+/, '');
  } catch {
    return undefined; // ps ends with 1 when there is no such process
  }
}
