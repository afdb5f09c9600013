import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';
import { findLastCheckpoint } from '../store/chain-heads.store';
import { countCasesByState, countOpenTasks } from '../store/figures.store';
import { countLeftBehind } from '../store/health.store';

/** However often they are asked for, the figures are counted at most this often. */
const FRESH_FOR_MS = 30_000;
/** As long as the service itself leaves a case alone after a crash, and a little more. */
const LEFT_BEHIND_SECONDS = 30;

/**
 * Figures of the work itself, counted from the record. `clock` tells simulated cases from real ones, so that a rehearsal
 * rings no bell; what is overdue is judged by each case's own clock. Several APIs on one record tell the same figures.
 */
export class DomainMetrics {
  private countedAt = -Infinity;
  private counting: Promise<void> | undefined;
  private readonly cases: Gauge<'state' | 'clock'>;
  private readonly open: Gauge<'command' | 'role' | 'clock'>;
  private readonly overdue: Gauge<'command' | 'role' | 'clock'>;
  private readonly oldest: Gauge<'command' | 'role' | 'clock'>;
  private readonly unstarted: Gauge;
  private readonly unconfirmed: Gauge;
  private readonly checkpointAge: Gauge;
  private readonly isCounted: Gauge;

  constructor(
    private readonly pool: Pool,
    registry: Registry,
    private readonly onFault: (error: unknown) => void,
  ) {
    const registers = [registry];
    const ofTasks = { labelNames: ['command', 'role', 'clock'] as const, registers };
    this.cases = new Gauge({ name: 'bihuan_cases', help: 'Cases by state', labelNames: ['state', 'clock'], registers });
    this.open = new Gauge({ name: 'bihuan_tasks_open', help: 'Open tasks', ...ofTasks });
    this.overdue = new Gauge({ name: 'bihuan_tasks_overdue', help: 'Open tasks past their day', ...ofTasks });
    this.oldest = new Gauge({ name: 'bihuan_task_oldest_days', help: 'Days for which the longest waiting task has been open', ...ofTasks });
    this.unstarted = new Gauge({ name: 'bihuan_openings_unstarted', help: 'Applications that are written down and not in the engine', registers });
    this.unconfirmed = new Gauge({ name: 'bihuan_commands_unconfirmed', help: 'Commands in the record of which the engine has not answered', registers });
    this.checkpointAge = new Gauge({ name: 'bihuan_audit_checkpoint_age_seconds', help: 'Since the last signed checkpoint of the hash chains; absent: there is none', registers });
    this.isCounted = new Gauge({ name: 'bihuan_domain_figures_up', help: '1 while these figures could be counted, 0 when the record did not answer', registers });
  }

  /** Counts anew when the last count is old; one count at a time. Never fails: what could not be counted is absent, and said so. */
  async refresh(): Promise<void> {
    if (Date.now() - this.countedAt < FRESH_FOR_MS) return;
    this.counting ??= this.count().finally(() => (this.counting = undefined));
    await this.counting;
  }

  private async count(): Promise<void> {
    const gauges = [this.cases, this.open, this.overdue, this.oldest];
    try {
      const [cases, tasks, left, checkpoint] = await Promise.all([
        countCasesByState(this.pool),
        countOpenTasks(this.pool),
        countLeftBehind(this.pool, LEFT_BEHIND_SECONDS),
        findLastCheckpoint(this.pool),
      ]);
      for (const gauge of gauges) gauge.reset(); // a state that no case is in any more
      for (const { cases: n, ...labels } of cases) this.cases.set(labels, n);
      for (const { open, overdue, oldestDays, ...labels } of tasks) {
        this.open.set(labels, open);
        this.overdue.set(labels, overdue);
        this.oldest.set(labels, oldestDays);
      }
      this.unstarted.set(left.unstarted);
      this.unconfirmed.set(left.unconfirmed);
      if (checkpoint) this.checkpointAge.set((Date.now() - checkpoint.at.getTime()) / 1_000);
      else this.checkpointAge.remove();
      this.isCounted.set(1);
      this.countedAt = Date.now();
    } catch (error) {
      this.onFault(error);
      // Old figures would look like a service that stands still.
      for (const gauge of gauges) gauge.reset();
      for (const gauge of [this.unstarted, this.unconfirmed, this.checkpointAge]) gauge.remove();
      this.isCounted.set(0);
    }
  }
}
