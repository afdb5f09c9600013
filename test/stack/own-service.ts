import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { readConfig } from '../../infra/config';
import { forget } from '../../infra/data-dir';
import { asIdentity, sendSignal, type ProcessIdentity } from '../../infra/process-identity';
import { until } from '../../infra/until';
import { SERVICE_DATA, startService, type Service } from '../../service/stack';
import { developmentKeyringIn } from '../../security/development-keyring';
import { keyProviderOf } from '../../security/key-settings';
import { keySettingsIn } from '../../service/master-keys';
import { connect } from '../../store/db';
import { openRecordKeys, type RecordKeys } from '../../store/record-keys';
import { KeyedClient } from './keyed-client';

/** The keys of the record of a stack that made its master keys itself. */
export function recordKeysIn(dataDir: string, pool: Pool): Promise<RecordKeys> {
  const settings = keySettingsIn({ MASTER_KEYS_FILE: developmentKeyringIn(dataDir) }, false);
  return openRecordKeys(pool, keyProviderOf(settings), settings.profile);
}

/** The processes of a running service, by the names of their records. */
export type PartName = 'postgres' | 'temporal-server' | 'bank-sandbox' | 'worker' | 'api';

/** A service of a test's own: its parts can be killed, and it is started again on what it left behind. */
export class OwnService {
  private failures: string[] = [];
  private running: { service: Service; pool: Pool; client: KeyedClient } | undefined;

  private constructor(
    readonly dataDir: string,
    private readonly env: Record<string, string>,
  ) {}

  /** @param env settings beside the usual ones of a test */
  static async start(env: Record<string, string> = {}): Promise<OwnService> {
    const dataDir = mkdtempSync(join(tmpdir(), 'bihuan-own-'));
    chmodSync(dataDir, 0o755); // PostgreSQL's own user must be able to go in
    const own = new OwnService(dataDir, env);
    await own.startAgain();
    return own;
  }

  /** Starts the service on the same data; addresses are new ones. */
  async startAgain(): Promise<void> {
    this.failures = [];
    const config = readConfig({ ...process.env, NODE_ENV: 'test', DATA_DIR: this.dataDir, PORT: '0', UI_PORT: '0', SIMULATION: 'on', DEMO_PASSWORD: '', ...this.env });
    const service = await startService(config, { onFailure: (sentence) => void this.failures.push(sentence) });
    this.running = { service, pool: connect(service.databaseUrl, 5), client: await KeyedClient.connect(service.url, config.demoPassword) };
  }

  get service(): Service {
    return this.current.service;
  }

  get client(): KeyedClient {
    return this.current.client;
  }

  get pool(): Pool {
    return this.current.pool;
  }

  /** The keys of its record, as its own processes have them. */
  keys(): Promise<RecordKeys> {
    return recordKeysIn(this.dataDir, this.pool);
  }

  signal(part: PartName, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    sendSignal(this.identityOf(part), signal);
  }

  pidOf(part: PartName): number {
    return this.identityOf(part).pid;
  }

  private identityOf(part: PartName): ProcessIdentity {
    const identity = asIdentity(JSON.parse(readFileSync(join(this.dataDir, 'run', `${part}.json`), 'utf8')));
    if (!identity) throw new Error(`no process of ${part} is on record`);
    return identity;
  }

  /** The sentence with which the service says that one of its parts has died. */
  async untilItSaysWhatDied(): Promise<string> {
    return until(() => this.failures[0], { withinMs: 20_000 });
  }

  /** kill -9 of one part; whoever started the service is told, stops the rest, and starts anew. */
  async restartAfterKilling(part: PartName, meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<string> {
    this.signal(part, 'SIGKILL');
    const sentence = await this.untilItSaysWhatDied();
    await meanwhile();
    await this.halt();
    await this.startAgain();
    return sentence;
  }

  /** Stops what runs; the data stays. */
  async halt(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.pool.end();
    await running?.service.stop();
  }

  async stop(): Promise<void> {
    await this.halt();
    await forget(this.dataDir, SERVICE_DATA);
  }

  private get current() {
    if (!this.running) throw new Error('the service is not running');
    return this.running;
  }
}
