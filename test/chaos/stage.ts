import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../infra/ports';
import { ProcessFailed, startProcess, type ProcessPlan, type RunningProcess, type Surroundings } from '../../infra/process';
import { asIdentity, identify, isRunning, sendSignal, type ProcessIdentity } from '../../infra/process-identity';
import { openProcessRecords } from '../../infra/process-records';
import { isServing } from '../../infra/temporal/health';
import { until } from '../../infra/until';
import { startWatchdog, type Watchdog } from '../../infra/watchdog';
import type { KeyedClient } from '../stack/keyed-client';
import { OwnService, type PartName } from '../stack/own-service';

/** A part of the running service; the second worker and the second API are this test's own. */
export type Part = PartName | 'worker-2' | 'api-2';

/** How to start a part again: as it ran, and how one knows that it serves. */
interface Blueprint {
  plan: ProcessPlan;
  isReady: () => Promise<boolean>;
}

const READY_WITHIN_MS = 120_000;
const STOP_SIGNALS: Record<Part, 'SIGTERM' | 'SIGINT'> = { postgres: 'SIGINT', 'temporal-server': 'SIGTERM', 'bank-sandbox': 'SIGTERM', worker: 'SIGTERM', 'worker-2': 'SIGTERM', api: 'SIGTERM', 'api-2': 'SIGTERM' };
/** Those that stand on others stop first. */
const STOP_ORDER: Part[] = ['api-2', 'api', 'worker-2', 'worker', 'bank-sandbox', 'temporal-server'];

/**
 * A whole service whose parts die one by one and come back one by one, as under a supervisor that restarts what has
 * ended: the others stay, find nobody, and find it again. Besides, it runs a second worker and a second API.
 */
export class Stage {
  private readonly replaced = new Map<Part, RunningProcess>();
  private blueprints = new Map<Part, Blueprint>();
  private watchdog: Watchdog | undefined;
  private secondClient: KeyedClient | undefined;
  private isUp = false;

  private constructor(readonly own: OwnService) {}

  static async open(): Promise<Stage> {
    const stage = new Stage(await OwnService.start());
    try {
      await stage.complete();
    } catch (error) {
      await stage.close({ keepsData: true }); // nobody else knows of what has been started
      throw error;
    }
    return stage;
  }

  /** The service's addresses for a client; none while all of it is being started. */
  get clients(): KeyedClient[] {
    return this.isUp && this.secondClient ? [this.own.client, this.secondClient] : [];
  }

  /** kill -9; resolves when the part is gone. */
  async kill(part: Part): Promise<void> {
    const identity = this.identityOf(part);
    sendSignal(identity, 'SIGKILL');
    await until(() => (isRunning(identity) || existsSync(this.recordOf(part)) ? undefined : true), { withinMs: 20_000 });
  }

  /** Parts that do not run although nobody has killed them, each with the last lines of its log. */
  diedByThemselves(): { part: Part; lastLines: string }[] {
    const dead = [...this.blueprints.keys()].filter((part) => !this.runs(part));
    return dead.map((part) => ({ part, lastLines: readFileSync(this.blueprintOf(part).plan.logFile, 'utf8').trim().split('\n').slice(-12).join(' | ').slice(-600) }));
  }

  /** Starts a part that was killed, at the addresses it had. */
  async bringBack(part: Part): Promise<void> {
    const { plan, isReady } = this.blueprintOf(part);
    const startedAt = Date.now();
    for (;;) {
      try {
        this.replaced.set(part, await startProcess(plan, this.surroundings(), { isReady, withinMs: READY_WITHIN_MS }));
        return;
      } catch (error) {
        // A supervisor tries again: after a postmaster was killed its sessions need a moment to notice.
        if (!(error instanceof ProcessFailed) || Date.now() - startedAt > READY_WITHIN_MS) throw error;
      }
    }
  }

  /** Stops the part's processes where they are; the answer lets them go on. */
  freeze(part: Part): () => void {
    const frozen = this.processesOf(part);
    for (const identity of frozen) sendSignal(identity, 'SIGSTOP');
    return () => {
      for (const identity of frozen) sendSignal(identity, 'SIGCONT');
    };
  }

  /** The plug is pulled: everything ends in the same moment, and the service is started again on what is left. */
  async powerCut(): Promise<void> {
    this.isUp = false;
    const all = [...this.blueprints.keys()].filter((part) => existsSync(this.recordOf(part))).flatMap((part) => this.processesOf(part));
    for (const identity of all) sendSignal(identity, 'SIGKILL');
    await this.halt();
    await this.own.startAgain();
    await this.complete();
  }

  /** Stops everything, and deletes its data unless they are to be looked into. */
  async close({ keepsData }: { keepsData: boolean }): Promise<void> {
    await this.halt();
    if (!keepsData) await this.own.stop();
  }

  private async halt(): Promise<void> {
    this.isUp = false;
    for (const part of STOP_ORDER) await this.replaced.get(part)?.stop();
    await this.own.halt();
    await this.replaced.get('postgres')?.stop(); // last: the engine may have been the first one's
    this.replaced.clear();
    await this.watchdog?.dismiss();
    this.watchdog = undefined;
  }

  /** Learns how the parts run, and adds the second worker and the second API. */
  private async complete(): Promise<void> {
    this.blueprints = new Map();
    for (const part of ['postgres', 'temporal-server', 'bank-sandbox', 'worker', 'api'] as const) this.blueprints.set(part, this.asItRuns(part));
    const [workerPort = 0, apiPort = 0, metricsPort = 0] = await freePorts(3);
    this.blueprints.set('worker-2', this.another('worker', 'worker-2', { WORKER_PORT: String(workerPort) }));
    this.blueprints.set('api-2', this.another('api', 'api-2', { PORT: String(apiPort), METRICS_PORT: String(metricsPort) }));
    await Promise.all([this.bringBack('worker-2'), this.bringBack('api-2')]);
    this.secondClient = this.own.client.at(`http://127.0.0.1:${apiPort}`);
    this.isUp = true;
  }

  private asItRuns(part: PartName): Blueprint {
    const { pid } = this.identityOf(part);
    const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').filter((text) => text !== '');
    const [command = '', ...args] = read('cmdline');
    const env = Object.fromEntries(read('environ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
    const { uid, gid } = statSync(`/proc/${pid}`);
    const user = uid === process.getuid?.() ? undefined : { uid, gid };
    const logFile = join(this.own.dataDir, 'logs', `${part}.log`);
    // The command line's first word may be a name that was found on the PATH; the program itself is what ran.
    const plan = { name: part, title: part, command: command.startsWith('/') ? command : readlinkSync(`/proc/${pid}/exe`), args, env, cwd: readlinkSync(`/proc/${pid}/cwd`), user, logFile, stopSignal: STOP_SIGNALS[part], graceMs: 20_000 };
    return { plan, isReady: this.readinessOf(part, env) };
  }

  private another(part: PartName, name: Part, changes: Record<string, string>): Blueprint {
    const { plan } = this.blueprintOf(part);
    const env = { ...plan.env, ...changes };
    return { plan: { ...plan, name, title: name, env, logFile: join(this.own.dataDir, 'logs', `${name}.log`) }, isReady: this.readinessOf(part, env) };
  }

  private readinessOf(part: PartName, env: Record<string, string>): () => Promise<boolean> {
    switch (part) {
      case 'postgres':
        return () => this.own.pool.query('select 1').then(() => true, () => false);
      case 'temporal-server': {
        const { address } = this.own.service.temporal;
        return () => isServing(address);
      }
      case 'bank-sandbox':
        return () => answersOk(`http://127.0.0.1:${env.BANK_PORT ?? ''}/health`);
      case 'worker':
        return () => answersOk(`http://127.0.0.1:${env.WORKER_PORT ?? ''}/health/ready`);
      case 'api':
        // Alive is enough: what it stands on may be the next to die.
        return () => answersOk(`http://127.0.0.1:${env.PORT ?? ''}/health/live`);
    }
  }

  private blueprintOf(part: Part): Blueprint {
    const blueprint = this.blueprints.get(part);
    if (!blueprint) throw new Error(`nobody knows how ${part} is started`);
    return blueprint;
  }

  private surroundings(): Surroundings {
    this.watchdog ??= startWatchdog();
    // That a part ends although nobody stopped it is what this test is about.
    return { watchdog: this.watchdog, records: openProcessRecords(join(this.own.dataDir, 'run')), onUnexpectedExit: () => undefined };
  }

  private runs(part: Part): boolean {
    return existsSync(this.recordOf(part)) && isRunning(this.identityOf(part));
  }

  private recordOf(part: Part): string {
    return join(this.own.dataDir, 'run', `${part}.json`);
  }

  private identityOf(part: Part): ProcessIdentity {
    const identity = asIdentity(JSON.parse(readFileSync(this.recordOf(part), 'utf8')));
    if (!identity) throw new Error(`no process of ${part} is on record`);
    return identity;
  }

  /** PostgreSQL does its work in children, which go on when only their parent is stopped. */
  private processesOf(part: Part): ProcessIdentity[] {
    const parent = this.identityOf(part);
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
    return [parent, ...pids.filter((pid) => parentOf(pid) === parent.pid).flatMap((pid) => identify(pid) ?? [])];
  }
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // ended between the two looks
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false; // not listening yet; why it never does is in its log
  }
}
