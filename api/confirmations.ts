import type { Pool } from 'pg';
import { markConfirmed } from '../store/command.store';

/** A fraction of the time after which the crash recovery asks the engine itself. */
const TOGETHER_WITHIN_MS = 200;

/**
 * Writes down which commands the engine, too, knows of, many at once: nobody waits for it. What is lost with this process is asked
 * of the engine by the crash recovery.
 */
export class Confirmations {
  private ids: string[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param onFault told when the record could not be reached; nothing else is to be done about it */
  constructor(
    private readonly pool: Pool,
    private readonly onFault: (error: unknown) => void,
  ) {}

  add(commandId: string): void {
    this.ids.push(commandId);
    this.timer ??= setTimeout(() => void this.write(), TOGETHER_WITHIN_MS);
  }

  /** Writes what is left. */
  async stop(): Promise<void> {
    if (this.timer) await this.write();
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const ids = this.ids.splice(0);
    await markConfirmed(this.pool, ids).catch(this.onFault);
  }
}
