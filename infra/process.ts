import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { reasonOf, StartupError, systemCode } from './errors';
import { lastWords, openProcessLog } from './process-log';
import type { ProcessRecords } from './process-records';
import { NotInTime, until } from './until';
import type { Watchdog } from './watchdog';

export interface ProcessPlan {
  /** Short, for files: `postgres`. */
  name: string;
  /** For sentences: `PostgreSQL`. */
  title: string;
  command: string;
  args: string[];
  /** The whole environment of the child: nothing of ours leaks into it. */
  env: Record<string, string>;
  cwd: string;
  user?: { uid: number; gid: number };
  logFile: string;
  stopSignal: 'SIGTERM' | 'SIGINT';
  /** How long it may take to stop, in milliseconds, before it is killed. */
  graceMs: number;
}

/** What a supervised process needs around it. */
export interface Surroundings {
  watchdog: Watchdog;
  records: ProcessRecords;
  /** One sentence about a process that ended although nobody asked it to. */
  onUnexpectedExit: (sentence: string) => void;
}

export interface RunningProcess {
  pid: number;
  stop(): Promise<void>;
}

/** A child did not become ready. Carries its output, so that the caller can tell a taken port from a fault. */
export class ProcessFailed extends StartupError {
  // Private, so that a printed error shows its sentence and not a log.
  readonly #output: string;

  constructor(message: string, output: string) {
    super(message);
    this.#output = output;
  }

  get output(): string {
    return this.#output;
  }
}

/**
 * Starts a child process and resolves when `isReady` says so.
 *
 * From then on an exit that nobody asked for is reported to `onUnexpectedExit`. The child gets its own
 * process group: Ctrl-C at the terminal reaches only us, and we stop things in their order.
 * @throws ProcessFailed when it ends first or is not ready within `withinMs` milliseconds; nothing is left running then
 */
export async function startProcess(
  plan: ProcessPlan,
  around: Surroundings,
  ready: { isReady: () => Promise<boolean>; withinMs: number },
): Promise<RunningProcess> {
  const log = openProcessLog(plan.logFile);
  const child = spawn(plan.command, plan.args, {
    cwd: plan.cwd,
    env: plan.env,
    uid: plan.user?.uid,
    gid: plan.user?.gid,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  const life: { phase: 'starting' | 'ready' | 'stopping'; ended?: string } = { phase: 'starting' };
  const exited = untilEnded(child).then((how) => {
    life.ended = how;
    if (child.pid !== undefined) around.watchdog.forget(child.pid);
    around.records.remove(plan.name);
    log.close();
    if (life.phase === 'ready') around.onUnexpectedExit(exitSentence(plan, how, log.tail(), 'stopped unexpectedly'));
  });

  const { pid } = child;
  if (pid === undefined) {
    await exited;
    throw new ProcessFailed(`${plan.title} could not be started: ${life.ended ?? 'unknown reason'}.`, '');
  }
  around.watchdog.watch(pid, plan.stopSignal);
  around.records.add(plan.name, { pid, title: plan.title, stopSignal: plan.stopSignal });

  const stop = async () => {
    life.phase = 'stopping';
    if (life.ended !== undefined) return;
    child.kill(plan.stopSignal);
    if (await endsWithin(plan.graceMs, exited)) return;
    killGroup(pid);
    await exited;
  };

  try {
    await until(async () => life.ended !== undefined || (await ready.isReady()) || undefined, { withinMs: ready.withinMs });
  } catch (error) {
    const output = log.tail();
    await stop();
    const why = error instanceof NotInTime ? `was not ready within ${ready.withinMs / 1000} seconds` : `did not become ready (${reasonOf(error)})`;
    throw new ProcessFailed(`${plan.title} ${why}${whereToLook(plan, output)}`, output);
  }
  if (life.ended !== undefined) {
    const output = log.tail();
    throw new ProcessFailed(exitSentence(plan, life.ended, output, 'stopped while it was starting'), output);
  }
  life.phase = 'ready';
  return { pid, stop };
}

function untilEnded(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code ?? 'unknown'}` : `killed by ${signal}`));
  });
}

async function endsWithin(ms: number, exited: Promise<void>): Promise<boolean> {
  const patience = new AbortController();
  const tooLong = pause(ms, false, { signal: patience.signal }).catch(() => false);
  const inTime = await Promise.race([exited.then(() => true), tooLong]);
  patience.abort();
  return inTime;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error; // ended between our last look and now
  }
}

function exitSentence(plan: ProcessPlan, how: string, output: string, what: string): string {
  return `${plan.title} ${what} (${how})${whereToLook(plan, output)}`;
}

function whereToLook(plan: ProcessPlan, output: string): string {
  const words = lastWords(output);
  return words === undefined ? `; it wrote nothing to its log ${plan.logFile}.` : `; the last it said was "${words}"; its log is ${plan.logFile}.`;
}
