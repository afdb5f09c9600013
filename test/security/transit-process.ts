import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A running key management service, see transit-server.ts. */
export class TransitProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    readonly url: string,
    readonly token: string,
    readonly keyName: string,
  ) {}

  static async start(): Promise<TransitProcess> {
    const [token, keyName] = ['test-token-of-a-service', 'bihuan'];
    const { PATH = '', HOME = '' } = process.env;
    const program = join(__dirname, 'transit-server.ts');
    const child = spawn(process.execPath, ['--import', require.resolve('tsx'), program], { env: { PATH, HOME, TOKEN: token, KEY_NAME: keyName }, stdio: ['ignore', 'pipe', 'inherit'] });
    const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const started = new TransitProcess(child, mkdtempSync(join(tmpdir(), 'bihuan-transit-')), url, token, keyName);
    started.giveToken(token);
    return started;
  }

  get tokenFile(): string {
    return join(this.directory, 'token');
  }

  giveToken(token: string): void {
    writeFileSync(this.tokenFile, `${token}\n`, { mode: 0o600 });
  }

  async does(what: 'rotate' | 'disallow-oldest' | 'seal'): Promise<void> {
    const { status } = await fetch(`${this.url}/test/${what}`, { method: 'POST', body: '{}' });
    if (status !== 200) throw new Error(`${what} answered ${status}`);
  }

  async stop(): Promise<void> {
    rmSync(this.directory, { recursive: true, force: true });
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
