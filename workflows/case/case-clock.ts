import { workflowInfo } from '@temporalio/workflow';
import { shanghaiDateAt, type PlainDate } from '../../domain/calendar-date';

/**
 * The business clock of one case: the engine's clock plus the case's offset. A simulated case begins on its own date;
 * every other case has offset 0. Nothing else in workflow code asks what time it is.
 */
export class CaseClock {
  private constructor(private readonly offsetMs: number) {}

  /** @param startsAtMs the case's present when the run begins, for a simulated one; left out, the engine's clock is the case's */
  static start(startsAtMs: number | undefined): CaseClock {
    // Not the time of the run's first task: a task that had nothing to say is passed over in one replay and not in another.
    return new CaseClock(startsAtMs === undefined ? 0 : startsAtMs - workflowInfo().startTime.getTime());
  }

  /** Epoch ms of the case's present. */
  now(): number {
    return Date.now() + this.offsetMs;
  }

  today(): PlainDate {
    return shanghaiDateAt(this.now());
  }
}
