import type { SampleApplication } from '../../test/stack/sample-application';
import { closedLoop } from '../load/closed-loop';
import type { Caller } from '../stack/caller';
import { BenchCase } from './bench-case';
import { applications } from './household-source';
import { STAGES } from './stages';

/** Simulated clocks that are moved at once: enough to be quick, few enough not to leave a queue behind. */
const JUMPS_AT_ONCE = 10;

/** New cases of one service. */
export class CaseSource {
  private readonly households: Generator<SampleApplication, never> = applications();

  constructor(private readonly caller: Caller) {}

  take(count: number): BenchCase[] {
    return Array.from({ length: count }, () => new BenchCase(this.caller, this.households.next().value));
  }

  /** Walks cases to the money without measuring anything. */
  async warmUp(count: number): Promise<BenchCase[]> {
    const cases = this.take(count);
    for (const [index, stage] of STAGES.entries()) {
      if (index > 0) await passNotices(cases);
      await closedLoop(cases, JUMPS_AT_ONCE, async (one) => {
        for (const operation of stage) await one.command(operation);
      });
    }
    await untilPaid(cases);
    return cases;
  }
}

/** Moves every case's clock past its open notice. */
export async function passNotices(cases: readonly BenchCase[]): Promise<void> {
  await closedLoop(cases, JUMPS_AT_ONCE, (one) => one.passNotice());
}

/** Waits until the bank has paid for every case, so that nothing goes on behind the next measurement. */
export async function untilPaid(cases: readonly BenchCase[]): Promise<void> {
  await closedLoop(cases, JUMPS_AT_ONCE, (one) => one.untilIn('active'));
}
