/** What has to be undone at the end, in the opposite order of its start. */
export class StopList {
  private readonly steps: (() => Promise<void> | void)[] = [];
  private stopping?: Promise<void>;

  add(step: () => Promise<void> | void): void {
    this.steps.push(step);
  }

  /**
   * Runs every step, the last added first; a step that fails does not keep the others from running.
   * A second call waits for the first.
   * @throws AggregateError with the faults of the steps that failed
   */
  stopAll(): Promise<void> {
    this.stopping ??= this.run();
    return this.stopping;
  }

  private async run(): Promise<void> {
    const faults: unknown[] = [];
    for (const step of this.steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw new AggregateError(faults);
  }
}
