import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { systemCode } from './errors';
import { asIdentity, identify, isRunning, type ProcessIdentity } from './process-identity';

export interface Lock {
  /** Gives the lock back; a second call does nothing. */
  release(): void;
}

export type LockOutcome = { lock: Lock; holder?: undefined } | { lock?: undefined; holder: ProcessIdentity };

/**
 * Takes the lock at `path` for this process, or tells who holds it. Never waits.
 *
 * A lock whose holder no longer runs is taken over, so a crash leaves nothing to clean up by hand. One
 * process takes a lock once: a second attempt is told that the process itself holds it.
 */
export function takeLock(path: string): LockOutcome {
  for (;;) {
    const mine = ownIdentity();
    const content = JSON.stringify({ ...mine, token: randomUUID() });
    if (createWith(path, content)) return { lock: { release: () => removeIfStill(path, content) } };

    const found = readIfThere(path);
    if (found === undefined) continue; // released between the two looks
    const holder = parseHolder(found);
    if (holder !== undefined && isRunning(holder)) return { holder };
    removeIfStill(path, found);
  }
}

/** Who holds the lock at `path` at this moment; undefined when nobody does. */
export function holderOf(path: string): ProcessIdentity | undefined {
  const content = readIfThere(path);
  const holder = content === undefined ? undefined : parseHolder(content);
  return holder && isRunning(holder) ? holder : undefined;
}

// Written aside and linked into place: nobody ever reads a lock that is half written.
function createWith(path: string, content: string): boolean {
  const aside = `${path}.${randomUUID()}`;
  writeFileSync(aside, content, { mode: 0o644, flag: 'wx' });
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

// Moved aside before it is deleted, and looked at again: two processes may find the same dead holder at
// once, and the slower one must not delete the lock that the faster one has just taken.
function removeIfStill(path: string, content: string): void {
  if (readIfThere(path) !== content) return;
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if (readIfThere(aside) !== content) linkSync(aside, path);
  rmSync(aside, { force: true });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(content: string): ProcessIdentity | undefined {
  try {
    return asIdentity(JSON.parse(content));
  } catch {
    return undefined; // not ours or damaged by a full disk: nobody holds it
  }
}

function ownIdentity(): ProcessIdentity {
  const mine = identify(process.pid);
  if (mine === undefined) throw new Error('this process cannot find its own start time');
  return mine;
}
