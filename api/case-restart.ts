import type { Pool } from 'pg';
import { findAnyCase, type StoredCase } from '../store/case.store';
import type { CaseStart } from '../workflows/case/messages';
import type { CaseEngine } from './engine';
import type { ReferenceTables } from './reference-tables';

/** How often a case that was started anew is told of a step that was written meanwhile. */
const CAUGHT_UP_ASKED_MAX = 5;

/**
 * Starts cases anew from their record, with the code that is current: for those whose run nobody can go on with, and those
 * that have none.
 *
 * Everything that counts is in the record, so nothing is lost with the run: open waits, dates, objections and released
 * disbursements are taken up from there, and the bank is asked again under the same id (ADR 002, 017).
 */
export class CaseRestarts {
  constructor(
    private readonly pool: Pool,
    private readonly engine: CaseEngine,
    private readonly tables: ReferenceTables,
  ) {}

  /**
   * Resolves when the case goes on in a new run, in place of the one that it has. Safe to repeat.
   *
   * @returns false for a case that is not in the record yet: its opening starts it
   * @throws EngineAway when the case does not answer
   */
  async startAnew(caseId: string): Promise<boolean> {
    return this.start(caseId, 'replaced');
  }

  /** Like {@link startAnew}, for a case without a run: one that somebody has started in the meantime keeps its run. */
  async startWhereNoneRuns(caseId: string): Promise<boolean> {
    return this.start(caseId, 'kept');
  }

  private async start(caseId: string, itsRun: 'replaced' | 'kept'): Promise<boolean> {
    const stored = await findAnyCase(this.pool, caseId);
    if (!stored) return false;
    await this.engine.startAnew(this.startOf(stored), stored.record.number, itsRun);
    for (let asked = 0; asked < CAUGHT_UP_ASKED_MAX; asked++) {
      const now = await findAnyCase(this.pool, caseId);
      if (await this.engine.hasCaughtUp(caseId, now?.record.version ?? 0)) return true;
    }
    return true; // each time it was behind by then, and has taken itself up again
  }

  private startOf({ record, clockOffsetMs }: StoredCase): CaseStart {
    return {
      caseId: record.caseId,
      reference: this.tables.forTerritory(record.territory),
      startsAtMs: record.simulated ? Date.now() + clockOffsetMs : undefined,
      record,
      // The run makes the record, and the commands that led to it, anew of the events, later than we have read it: the run in
      // whose place it comes may be writing its last step.
      recordOf: '',
      appliedCommands: [],
    };
  }
}
