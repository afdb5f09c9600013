import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** A program that reads or writes workbooks, with memory and time of its own. */
export interface SheetProcess {
  input: Writable;
  output: Readable;
  /** Resolves when it has ended well. @throws SheetProcessFailed */
  ended: Promise<void>;
  kill: () => void;
}

/** It ran out of memory or time, or failed: the file's doing, as far as anybody can tell. */
export class SheetProcessFailed extends Error {
  override readonly name = 'SheetProcessFailed';
}

const HEAP_MB_MAX = 1_024;
/** The largest list takes six seconds of a processor; a machine may have other work. */
const WITHIN_MS = 240_000;

/** Starts `program`, an absolute path, with nothing of our environment: it needs neither the record nor its password. */
export function startSheetProcess(program: string): SheetProcess {
  const { PATH = '', HOME = '' } = process.env;
  // `tsx/cjs` loads on the program's only thread: half the time to the first line, and no second thread to wait for each other with.
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB_MAX}`, '--require', require.resolve('tsx/cjs'), program], {
    env: { PATH, HOME },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: WITHIN_MS,
    killSignal: 'SIGKILL',
  }) satisfies ChildProcessByStdio<Writable, Readable, null>;
  // A child that dies while it is written to is reported by its end; without a listener the pipe's error would end us.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new SheetProcessFailed(`the reader of workbooks ended with ${signal ?? code ?? 'nothing'}`));
    });
  });
  ended.catch(() => undefined); // whoever waits for it is told; nobody has to
  return { input: child.stdin, output: child.stdout, ended, kill: () => void child.kill('SIGKILL') };
}
