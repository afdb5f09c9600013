import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts CPU time in hundredths of a second. */
const MS_PER_TICK = 10;

/** CPU time in ms that each process has used so far, with its children's, by the names given to them. */
export type CpuTimes = Record<string, number>;

/**
 * CPU time of processes and all their descendants: PostgreSQL works in one process for each connection. This process, which makes
 * the load and has started all others, is `generator` and counts alone.
 *
 * @param pids the process of each name
 * @returns empty where there is no /proc to read it from
 */
export function cpuTimes(pids: Readonly<Record<string, number>>): CpuTimes {
  if (process.platform !== 'linux') return {};
  const all = readAll();
  const ticks = (pid: number): number =>
    all.filter((one) => one.parent === pid).reduce((sum, child) => sum + ticks(child.pid), all.find((one) => one.pid === pid)?.ticks ?? 0);
  const { user, system } = process.cpuUsage();
  const others = Object.entries(pids).map(([name, pid]) => [name, ticks(pid) * MS_PER_TICK] as const);
  return { ...Object.fromEntries(others), generator: (user + system) / 1000 };
}

/** What was used between two readings, for each of so many pieces of work; ms, to two decimals. */
export function cpuPerPiece(before: CpuTimes, after: CpuTimes, pieces: number): CpuTimes {
  return Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, Math.round(((ms - (before[name] ?? 0)) / pieces) * 100) / 100]));
}

/** Resident memory of one process, in bytes; undefined where there is no /proc. */
export function residentBytes(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const [, kiloBytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return kiloBytes === undefined ? undefined : Number(kiloBytes) * 1024;
}

interface ProcessStat {
  pid: number;
  parent: number;
  /** Its own, and those of children that have ended. */
  ticks: number;
}

function readAll(): ProcessStat[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => readStat(Number(pid)) ?? []);
}

function readStat(pid: number): ProcessStat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name is in brackets and may itself hold spaces and brackets; what follows is counted from the state on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
    const [parent = 0, own, system, childrenOwn, childrenSystem] = [fields[1], fields[11], fields[12], fields[13], fields[14]];
    return { pid, parent, ticks: (own ?? 0) + (system ?? 0) + (childrenOwn ?? 0) + (childrenSystem ?? 0) };
  } catch {
    return undefined; // ended between the two looks
  }
}
