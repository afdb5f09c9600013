import { StartupError } from './errors';

/**
 * Tells once that a part of the stack has ended: what falls over next falls because of it.
 *
 * Until `started` nobody is told; the start itself fails with it then.
 */
export class FailureReport {
  first?: StartupError;
  private running = false;

  constructor(private readonly tell: (sentence: string) => void) {}

  report(sentence: string): void {
    if (this.first !== undefined) return;
    this.first = new StartupError(sentence);
    if (this.running) this.tell(sentence);
  }

  /** @throws StartupError when a part has ended already */
  started(): void {
    if (this.first !== undefined) throw this.first;
    this.running = true;
  }
}
