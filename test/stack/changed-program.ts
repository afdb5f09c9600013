import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { until } from '../../infra/until';
import type { ChangedCode } from './changed-code';

const STARTED_WITHIN_MS = 120_000;

/** A program of changed code that runs as a process of its own. */
export class ChangedProgram {
  private said = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (this.said += text));
  }

  /** Starts a program of the copy; its whole environment is `env`. */
  static start(code: ChangedCode, program: string, env: Record<string, string>): ChangedProgram {
    const { PATH = '', HOME = '' } = process.env;
    return new ChangedProgram(spawn(process.execPath, ['--import', 'tsx', code.path(program)], { cwd: code.directory, env: { PATH, HOME, ...env } }));
  }

  /** Everything it has written. */
  get output(): string {
    return this.said;
  }

  /** What it has written that matches, once it has. @throws Error when it ends before */
  async untilItSays(pattern: RegExp): Promise<string> {
    return until(
      () => {
        const found = pattern.exec(this.said)?.[1];
        if (found === undefined && this.child.exitCode !== null) throw new Error(`the changed program ended with ${this.child.exitCode}: ${this.said}`);
        return found;
      },
      { withinMs: STARTED_WITHIN_MS },
    );
  }

  async untilReady(url: string): Promise<void> {
    const isReady = () => fetch(url).then(({ ok }) => ok || undefined, () => undefined);
    await until(
      () => {
        if (this.child.exitCode !== null) throw new Error(`the changed program ended with ${this.child.exitCode}: ${this.said}`);
        return isReady();
      },
      { withinMs: STARTED_WITHIN_MS },
    );
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
