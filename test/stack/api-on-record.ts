import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../infra/ports';
import { until } from '../../infra/until';

const root = join(__dirname, '..', '..');

/** An API process beside the one of a service, or one that does not come up. */
export class ApiOnRecord {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly logFile: string,
  ) {}

  static async spawn(env: Record<string, string>, logFile: string): Promise<ApiOnRecord> {
    const [port] = await freePorts(1);
    const { PATH = '', HOME = '' } = process.env;
    const log = openSync(logFile, 'w');
    const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], { cwd: root, env: { PATH, HOME, PORT: String(port), ...env }, stdio: ['ignore', log, log] });
    closeSync(log);
    return new ApiOnRecord(child, `http://127.0.0.1:${port ?? 0}`, logFile);
  }

  async untilReady(): Promise<this> {
    const isReady = () => fetch(`${this.url}/health/ready`).then(({ ok }) => ok || undefined, () => undefined);
    await until(isReady, { withinMs: 60_000 });
    return this;
  }

  /** Its exit code, once it has ended by itself. */
  async untilEnded(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
