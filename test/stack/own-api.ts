import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePorts } from '../../infra/ports';
import { until } from '../../infra/until';
import { testStack } from './test-stack';

const START_WITHIN_MS = 150_000;

/** One more API process on the shared test stack, with settings of a test's own. */
export class OwnApi {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    readonly url: string,
    private readonly output: string[],
  ) {}

  /** @param env settings beside those that name the test stack */
  static async start(env: Record<string, string> = {}): Promise<OwnApi> {
    const [port = 0] = await freePorts(1);
    const { child, output } = launch({ PORT: String(port), ...env });
    const api = new OwnApi(child, port, `${env.TLS_CERT_FILE ? 'https' : 'http'}://127.0.0.1:${port}`, output);
    try {
      await until(() => {
        if (child.exitCode !== null) throw new Error(`the API ended: ${output.join('')}`);
        return canConnect(port);
      }, { withinMs: START_WITHIN_MS });
    } catch (error) {
      await api.stop();
      throw error;
    }
    return api;
  }

  /** What a start that fails says; the process has ended then. */
  static async refusal(env: Record<string, string>): Promise<string> {
    const { child, output } = launch({ PORT: '0', ...env });
    await once(child, 'exit', { signal: AbortSignal.timeout(START_WITHIN_MS) });
    if (child.exitCode === 0) throw new Error('the API ended without a word');
    return output.join('');
  }

  /** Its log so far. */
  get log(): string {
    return this.output.join('');
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit', { signal: AbortSignal.timeout(START_WITHIN_MS) });
  }
}

function launch(env: Record<string, string>): { child: ChildProcess; output: string[] } {
  const { databaseUrl, temporalAddress, temporalNamespace, keyringFile, signInKeyFile } = testStack();
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'api/main.ts'], {
    cwd: join(__dirname, '..', '..'),
    env: { PATH, HOME, NODE_ENV: 'test', LOG_LEVEL: 'info', DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: temporalNamespace, MASTER_KEYS_FILE: keyringFile, SIGN_IN_KEY_FILE: signInKeyFile, WORKER_PROMOTE: 'off', SIMULATION: 'on', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void output.push(chunk.toString('utf8')));
  return { child, output };
}

function canConnect(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(undefined));
  });
}
