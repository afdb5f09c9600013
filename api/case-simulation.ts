import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { isGrpcServiceError } from '@temporalio/client';
import type { Pool } from 'pg';
import { msToTs } from '@temporalio/common/lib/time';
import { formatInstant } from '../domain/calendar-date';
import { saveClockOffset } from '../store/case.store';
import type { StoredCase } from '../store/case.store';
import { caseWorkflowId, type QuietReply } from '../workflows/case/messages';
import { EngineAway, type CaseEngine } from './engine';
import { RefusedByRule } from './problem';

/** No simulation looks further ahead in one go than a file is kept, twice. */
const FURTHEST_MS = 20 * 366 * 86_400_000;

/** The engine may overshoot by weeks when it is told to stop right beside a timer: a target closer to one than this is moved to this much after it. */
const TIMER_MARGIN_MS = 60_000;

/** A simulated clock goes on while a rehearsal is slow: a target that has just gone by is where the case already is. */
const ALREADY_THERE_MS = 86_400_000;

/** How often a case is asked to be quiet; each time waits as long as a command may take. */
const QUIET_ASKED_MAX = 3;

/** Moves the business clock of simulated cases; each case has its own, so nothing else is touched. */
export class CaseSimulation {
  constructor(
    private readonly pool: Pool,
    private readonly engine: CaseEngine,
    private readonly isOn: boolean,
  ) {}

  /**
   * Fast-forwards a case to the business instant `toMs` and waits until it is quiet there. An ended case stays as it is.
   *
   * @throws RefusedByRule SIMULATION_OFF, SIMULATION_TARGET_NOT_POSSIBLE (in the past, too far, or a case on real time)
   */
  async advance({ record, clockOffsetMs }: StoredCase, toMs: number): Promise<void> {
    if (!this.isOn) throw new RefusedByRule([{ code: 'SIMULATION_OFF' }]);
    const notThere = (nowMs: number) => new RefusedByRule([{ code: 'SIMULATION_TARGET_NOT_POSSIBLE', now: formatInstant(nowMs) }]);
    if (!record.simulated) throw notThere(Date.now() + clockOffsetMs);
    let at = await this.untilQuiet(record.caseId);
    if (at && (toMs < at.nowMs - ALREADY_THERE_MS || toMs - at.nowMs > FURTHEST_MS)) throw notThere(at.nowMs);
    // A jump ends early where the case stopped on the way; each one goes on from where the last one ended.
    while (at && at.nowMs < toMs) at = await this.jump(record.caseId, at, toMs);
    if (at) await saveClockOffset(this.pool, record.caseId, at.nowMs - Date.now());
  }

  private async jump(caseId: string, { nowMs, nextDueMs }: QuietReply, toMs: number): Promise<QuietReply | undefined> {
    const besideTimer = nextDueMs !== null && Math.abs(toMs - nextDueMs) < TIMER_MARGIN_MS;
    const targetMs = besideTimer ? nextDueMs + TIMER_MARGIN_MS : toMs;
    await this.fastForward(caseId, Math.max(1, targetMs - nowMs));
    return this.untilQuiet(caseId);
  }

  /** A jump may wake a timer, and the timer much work, before the case is quiet: longer than any single command takes. */
  private async untilQuiet(caseId: string): Promise<QuietReply | undefined> {
    for (let asked = 1; ; asked++) {
      try {
        return await this.engine.untilQuiet(caseId);
      } catch (error) {
        if (!(error instanceof EngineAway) || asked === QUIET_ASKED_MAX) throw error;
      }
    }
  }

  private async fastForward(caseId: string, durationMs: number): Promise<void> {
    const id = randomUUID();
    const workflowExecution = { workflowId: caseWorkflowId(caseId) };
    try {
      await this.engine.within((service, namespace) =>
        service.updateWorkflowExecutionOptions({
          namespace,
          workflowExecution,
          workflowExecutionOptions: { timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration: msToTs(durationMs) } } },
          updateMask: { paths: ['time_skipping_config'] },
        }),
      );
      await this.engine.within((service, namespace) => service.pollWorkflowExecutionTimeSkipping({ namespace, workflowExecution, fastForwardId: id }));
    } catch (error) {
      // The run has ended meanwhile, by this very jump perhaps, whose answer was lost: whoever asks the case next is told.
      if (!isGrpcServiceError(error) || error.code !== status.NOT_FOUND) throw error;
    }
  }
}
