import type { FastifyBaseLogger } from 'fastify';
import type { Pool, PoolClient } from 'pg';
import { pauseUntil } from '../infra/pause';
import { isRecordAway, transaction } from '../store/db';
import { claimRow, finishRow, forgetUploads, markFinished, postponeRow, type ClaimedRow } from '../store/file-import.store';
import type { RecordKeys } from '../store/record-keys';
import type { FileImportRows } from './file-import-row';

/**
 * Rows at work at once, over all API processes together: each slot is an advisory lock. A start is waited for until its first
 * step is in the record, so an engine that falls behind slows the import down by itself.
 */
const SLOTS = 4;
const SLOT_LOCK = 4_201_109;
/** A slot starts no more than ten cases a second: 40 for all of them, below what the engine drains while people work. */
const START_MS_MIN = 100;
const LOOK_AGAIN_MS = 1_000;
const LATER_SECONDS = 2;
const LATER_SECONDS_MAX = 60;
/** A row over which something of ours fails again and again must not be tried for ever. */
const ATTEMPTS_MAX = 5;
const SWEEP_EVERY_MS = 60_000;
/** How long what was uploaded stays readable, for whoever corrects refused rows. */
export const UPLOADS_KEPT_DAYS = 7;

type Step = 'started' | 'answered' | 'nothing';

/**
 * Works through uploaded rows in the background. Rows and their results are in the record, so whatever dies over a row, the
 * next look takes it up again, here or in another API process.
 */
export class FileImportRunner {
  private readonly stopping = new AbortController();
  private readonly slots: Promise<void>[] = [];
  private wakeUp = new AbortController();

  constructor(
    private readonly pool: Pool,
    private readonly keys: RecordKeys,
    private readonly rows: FileImportRows,
    private readonly log: FastifyBaseLogger,
  ) {}

  start(): void {
    for (let slot = 0; slot < SLOTS; slot += 1) this.slots.push(this.work(slot));
    this.slots.push(this.sweep());
  }

  /** Rows have come: nobody has to wait for the next look. */
  wake(): void {
    this.wakeUp.abort();
    this.wakeUp = new AbortController();
  }

  /** Resolves when no row is at work any more; those that wait stay in the record. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await Promise.all(this.slots);
  }

  private async work(slot: number): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const startedAt = performance.now();
      const step = await this.next(slot).catch((error: unknown): Step => {
        if (!isRecordAway(error)) this.log.error(said(error), 'a row of an import could not be worked on; it will be tried again');
        return 'nothing';
      });
      if (step === 'nothing') await this.pause(LOOK_AGAIN_MS);
      if (step === 'started') await this.pause(Math.max(0, START_MS_MIN - (performance.now() - startedAt)), false);
    }
  }

  /** The next row, from taking it to writing its result down, in one transaction that holds the slot and the row. */
  private async next(slot: number): Promise<Step> {
    let finished: string | undefined;
    const step = await transaction(this.pool, async (db): Promise<Step> => {
      const { rows } = await db.query<{ free: boolean }>('select pg_try_advisory_xact_lock($1, $2) as free', [SLOT_LOCK, slot]);
      const row = rows[0]?.free ? await claimRow(db, this.keys) : undefined;
      if (!row) return 'nothing';
      const treated = await this.treat(db, row);
      if (treated === 'later') {
        await postponeRow(db, row, Math.min(LATER_SECONDS * 2 ** row.attempts, LATER_SECONDS_MAX));
        return 'answered';
      }
      await finishRow(db, row, treated.outcome);
      finished = row.batchId;
      return treated.isNewCase ? 'started' : 'answered';
    });
    if (finished !== undefined) await markFinished(this.pool, finished);
    return step;
  }

  private async treat(db: PoolClient, row: ClaimedRow): ReturnType<FileImportRows['treat']> {
    // A fault inside the transaction would take the claim's bookkeeping with it; up to here it goes back.
    await db.query('savepoint treated');
    try {
      return await this.rows.treat(db, row);
    } catch (error) {
      if (isRecordAway(error)) throw error;
      await db.query('rollback to savepoint treated');
      this.log.error({ ...said(error), batchId: row.batchId, ordinal: row.ordinal, attempts: row.attempts + 1 }, 'a row of an import failed');
      if (row.attempts + 1 < ATTEMPTS_MAX) return 'later';
      const reasons = [{ code: 'INTERNAL_ERROR', message: '系统错误，该行未导入，请联系管理员' }];
      return { outcome: { result: 'refused', reasons, caseId: null }, isNewCase: false };
    }
  }

  private async sweep(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await markFinished(this.pool, null);
        await forgetUploads(this.pool, UPLOADS_KEPT_DAYS);
      } catch (error) {
        this.log.warn(said(error), 'uploaded rows could not be swept; it will be tried again');
      }
      await this.pause(SWEEP_EVERY_MS, false);
    }
  }

  /** @param wakes whether new rows end the pause; stopping ends it in any case */
  private async pause(ms: number, wakes = true): Promise<void> {
    await pauseUntil(wakes ? AbortSignal.any([this.stopping.signal, this.wakeUp.signal]) : this.stopping.signal, ms);
  }
}

/** Without the details that PostgreSQL adds: they quote values of the row. */
function said(error: unknown): { err: { message: string; stack?: string; code?: unknown } } {
  if (!(error instanceof Error)) return { err: { message: String(error) } };
  return { err: { message: error.message, stack: error.stack, code: (error as { code?: unknown }).code } };
}
