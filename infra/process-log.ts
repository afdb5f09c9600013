import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const ROTATE_AT_BYTES = 16 * 1024 * 1024;
const TAIL_BYTES = 16 * 1024;

/** The log file of one child: the child writes it directly, so its output survives us and never waits for us. */
export interface ProcessLog {
  path: string;
  fd: number;
  /** What the child wrote last since this log was opened, at most 16 KiB. */
  tail(): string;
  close(): void;
}

/** Opens a child's log for appending; one that has grown beyond 16 MiB is first put aside as `<path>.1`. */
export function openProcessLog(path: string): ProcessLog {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_AT_BYTES) renameSync(path, `${path}.1`);
  const fd = openSync(path, 'a+', 0o640);
  const openedAt = fstatSync(fd).size;
  let closed = false;
  return {
    path,
    fd,
    tail: () => (closed ? readTail(path, openedAt) : readTailOf(fd, openedAt)),
    close: () => {
      if (!closed) closeSync(fd);
      closed = true;
    },
  };
}

function readTail(path: string, from: number): string {
  const fd = openSync(path, 'r');
  try {
    return readTailOf(fd, from);
  } finally {
    closeSync(fd);
  }
}

function readTailOf(fd: number, from: number): string {
  const { size } = fstatSync(fd);
  const start = Math.max(from, size - TAIL_BYTES);
  const buffer = Buffer.alloc(Math.max(0, size - start));
  return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, start));
}

/**
 * The last line of a child's output that says why it ended, short enough for a sentence.
 *
 * Not simply the last one: after an error PostgreSQL and the Temporal server still write lines about
 * shutting down.
 */
export function lastWords(output: string): string | undefined {
  const lines = output.split('\n').map(readable).filter((line) => line !== '');
  const complaint = lines.findLast((line) => /\b(fatal|panic|unable to|could not|cannot|failed|error)\b/i.test(line));
  const line = complaint ?? lines.at(-1);
  return line === undefined || line.length <= 300 ? line : `${line.slice(0, 300)}…`;
}

// The Temporal server writes JSON with a stack trace; its message and error are what a person can use.
function readable(line: string): string {
  const text = line.trim();
  if (!text.startsWith('{')) return text;
  try {
    const { level, msg, error } = JSON.parse(text) as Record<string, unknown>;
    return [level, msg, error].filter((part) => typeof part === 'string').join(': ');
  } catch {
    return text; // looked like JSON and is not: the raw line serves as well
  }
}
