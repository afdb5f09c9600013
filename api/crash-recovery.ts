import type { Pool } from 'pg';
import type { FastifyBaseLogger } from 'fastify';
import { listUnstarted } from '../store/case-opening.store';
import { listUnconfirmed, markCaseConfirmed } from '../store/command.store';
import type { CaseOpenings } from './case-opening';
import type { CaseEngine } from './engine';

/** What is older than this was left behind by a crash; what is younger may still be on its way. */
const LEFT_BEHIND_AFTER_SECONDS = 15;
const EVERY_MS = 10_000;
const CASES_AT_ONCE = 50;

/**
 * Heals what a crash left between the record and the engine: cases that were written down and never started, and cases
 * whose last command is in the record while the engine died before it knew.
 */
export class CrashRecovery {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly engine: CaseEngine,
    private readonly openings: CaseOpenings,
    private readonly log: FastifyBaseLogger,
  ) {}

  /** Looks at once and then again and again; a look that fails is repeated by the next one. */
  start(): void {
    const look = () =>
      this.look().catch((error: unknown) => {
        this.log.warn({ err: error }, 'what a crash left behind could not be looked at; it will be tried again');
      });
    void look();
    this.timer = setInterval(() => void look(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    for (const opening of await listUnstarted(this.pool, LEFT_BEHIND_AFTER_SECONDS, CASES_AT_ONCE)) {
      await this.heal(opening.caseId, async () => {
        await this.openings.start(opening);
        this.log.warn({ caseId: opening.caseId }, 'a case that a crash had left unstarted was started');
      });
    }
    for (const { caseId, version } of await listUnconfirmed(this.pool, LEFT_BEHIND_AFTER_SECONDS, CASES_AT_ONCE)) {
      await this.heal(caseId, async () => {
        if (await this.engine.hasCaughtUp(caseId, version)) await markCaseConfirmed(this.pool, caseId, version);
        else this.log.warn({ caseId, version }, 'a case lagged behind its record and was taken up again from it');
      });
    }
  }

  /** One case that cannot be healed yet must not keep the others from it. */
  private async heal(caseId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.warn({ err: error, caseId }, 'what a crash left of a case could not be healed; it will be tried again');
    }
  }
}
