import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asIdentity, identify, isRunning, sendSignal, type ProcessIdentity } from './process-identity';
import { NotInTime, until } from './until';

export interface StartedProcess {
  pid: number;
  title: string;
  stopSignal: 'SIGTERM' | 'SIGINT';
}

/** Which children run for a data directory: one small file each, so that the next start finds what a crash left behind. */
export interface ProcessRecords {
  add(name: string, started: StartedProcess): void;
  remove(name: string): void;
}

/** Keeps the records in `directory`, which is created. */
export function openProcessRecords(directory: string): ProcessRecords {
  mkdirSync(directory, { recursive: true });
  const file = (name: string) => join(directory, `${name}.json`);
  return {
    add: (name, started) => {
      const identity = identify(started.pid);
      // Already gone: its exit is reported on its own, and there is nothing left to find.
      if (identity !== undefined) writeFileSync(file(name), JSON.stringify({ ...started, ...identity }));
    },
    remove: (name) => rmSync(file(name), { force: true }),
  };
}

/**
 * Stops what an earlier stack left running, the most recently started first, and answers its titles.
 *
 * Only a process whose start time is the recorded one is touched. 10 s each to stop by itself, then it is killed.
 */
export async function stopLeftOvers(directory: string): Promise<string[]> {
  const found = readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ path: join(directory, file), record: parse(readFileSync(join(directory, file), 'utf8')) }));
  const stopped: string[] = [];
  for (const { path, record } of found.sort((a, b) => (b.record?.startedAt ?? '').localeCompare(a.record?.startedAt ?? '', 'en', { numeric: true }))) {
    if (record !== undefined && isRunning(record)) {
      await stopProcess(record);
      stopped.push(record.title);
    }
    rmSync(path, { force: true });
  }
  return stopped;
}

async function stopProcess(record: StartedProcess & ProcessIdentity): Promise<void> {
  const gone = () => (isRunning(record) ? undefined : true);
  sendSignal(record, record.stopSignal);
  try {
    await until(gone, { withinMs: 10_000 });
  } catch (error) {
    if (!(error instanceof NotInTime)) throw error;
    sendSignal(record, 'SIGKILL');
    await until(gone, { withinMs: 10_000 });
  }
}

function parse(content: string): (StartedProcess & ProcessIdentity) | undefined {
  try {
    const record = JSON.parse(content) as Partial<StartedProcess>;
    const identity = asIdentity(record);
    if (identity === undefined) return undefined;
    return { ...identity, title: record.title ?? 'a process', stopSignal: record.stopSignal === 'SIGINT' ? 'SIGINT' : 'SIGTERM' };
  } catch {
    return undefined; // half written when the machine went down: there is no process to find
  }
}
