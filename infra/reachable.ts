import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Creates a directory that every user may enter and read, whatever our umask; what exists already keeps its mode. */
export function createReadableDirectory(path: string): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined) return;
  for (let directory = path; ; directory = dirname(directory)) {
    chmodSync(directory, 0o755);
    if (directory === first || directory === dirname(directory)) return;
  }
}

/** Lets every user read a directory and all below it, and run what its owner may run. */
export function letEveryoneRead(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = statSync(path);
    chmodSync(path, (mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}
