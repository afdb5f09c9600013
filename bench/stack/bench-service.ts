import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { readConfig } from '../../infra/config';
import { forget } from '../../infra/data-dir';
import { asIdentity } from '../../infra/process-identity';
import { keySettingsIn } from '../../service/master-keys';
import { SERVICE_DATA, startService, type Service } from '../../service/stack';
import { developmentKeyringIn } from '../../security/development-keyring';
import { keyProviderOf } from '../../security/key-settings';
import { connect } from '../../store/db';
import { openRecordKeys, type RecordKeys } from '../../store/record-keys';
import type { PartRun } from '../part';
import { Caller } from './caller';

/** The processes of a running service, by the names of their records. */
export const PARTS = ['postgres', 'temporal-server', 'worker', 'api', 'bank-sandbox'] as const;
export type PartName = (typeof PARTS)[number];

/** The service as `npm start` runs it, on free ports and an empty directory of its own, which goes away with it. */
export class BenchService {
  private constructor(
    readonly service: Service,
    readonly pool: Pool,
    readonly caller: Caller,
    /** Of every demo user. */
    readonly password: string,
    private readonly dataDir: string,
    private readonly failures: readonly string[],
  ) {}

  /** Starts a service for one part of the benchmark; it is stopped and forgotten at the part's end. */
  static async start({ signal, onEnd }: Pick<PartRun, 'signal' | 'onEnd'>): Promise<BenchService> {
    const dataDir = newDataDir();
    onEnd(async () => {
      await forget(dataDir, SERVICE_DATA);
    });
    const config = readConfig({ ...process.env, NODE_ENV: 'development', DATA_DIR: dataDir, PORT: '0', UI_PORT: '0', SIMULATION: 'on' });
    const failures: string[] = [];
    const starting = startService(config, { onFailure: (sentence) => void failures.push(sentence), signal });
    // Also while it is only starting: it then ends by itself, and what it kept is forgotten after that.
    onEnd(async () => {
      const started = await starting.catch(() => undefined); // whoever started it is told why it did not
      await started?.stop();
    });
    const service = await starting;
    const pool = connect(service.databaseUrl, 5);
    onEnd(() => pool.end());
    const caller = await Caller.connect(service.url, config.demoPassword);
    onEnd(() => caller.close());
    return new BenchService(service, pool, caller, config.demoPassword, dataDir, failures);
  }

  /** A connection for loading in bulk, where a query may take longer than the service would wait. */
  loader(): Pool {
    return new Pool({ connectionString: this.service.databaseUrl, max: 1 });
  }

  /** The keys of its record, as its own processes have them. */
  keys(): Promise<RecordKeys> {
    const settings = keySettingsIn({ MASTER_KEYS_FILE: developmentKeyringIn(this.dataDir) }, false);
    return openRecordKeys(this.pool, keyProviderOf(settings), settings.profile);
  }

  /** @throws Error with the service's own sentence when one of its parts has died: what was measured then says nothing */
  mustBeWhole(): void {
    if (this.failures.length > 0) throw new Error(this.failures[0]);
  }

  pidOf(part: PartName): number {
    const identity = asIdentity(JSON.parse(readFileSync(join(this.dataDir, 'run', `${part}.json`), 'utf8')));
    if (!identity) throw new Error(`no process of ${part} is on record`);
    return identity.pid;
  }

  /** Process ids of the service's parts. */
  pids(): Record<string, number> {
    return Object.fromEntries(PARTS.map((part) => [part, this.pidOf(part)]));
  }
}

/** A new directory that PostgreSQL's own user can go into. */
export function newDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'bihuan-bench-'));
  chmodSync(dataDir, 0o755);
  return dataDir;
}
