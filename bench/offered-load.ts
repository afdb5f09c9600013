import { CaseSource, passNotices, untilPaid } from './case/case-source';
import { COMMANDS_PER_CASE, STAGE_LENGTHS, STAGES } from './case/stages';
import { FloorBench } from './floor/floor-bench';
import { closedLoop } from './load/closed-loop';
import { Latencies, type LatencySummary } from './load/latencies';
import { dueTimes, openLoop } from './load/open-loop';
import { turns, type Turn } from './load/turns';
import type { Part, PartResult, PartRun } from './part';
import { BenchService } from './stack/bench-service';

const P99_GOAL_MS = 120;
const GOAL_AT_PER_SECOND = 40;

/** Something that takes one command after the other. */
type Stepper = (stage: number, step: number) => Promise<void>;

interface OfferedLoad {
  perSecond: number;
  floor: LatencySummary;
  product: LatencySummary;
  /** Requests that the service, too busy for the moment, asked to be repeated; their commands' time went on. */
  toldToRepeat: number;
}

/** Latency of commands that come in at a given rate, whether or not the service keeps up. */
export const offeredLoad: Part = { name: 'offered-load', question: 'How long does a command take when 10, 20 and 40 of them come in each second?', measure };

async function measure(run: PartRun): Promise<PartResult> {
  const { quick, tell } = run;
  const service = await BenchService.start(run);
  const floor = await FloorBench.start(service, run);
  const source = new CaseSource(service.caller);
  await source.warmUp(10);
  await closedLoop(Array.from({ length: 10 }, () => floor.life(COMMANDS_PER_CASE)), 10, async (life) => {
    for (let step = 0; step < COMMANDS_PER_CASE; step++) await life.step();
  });

  const loads: OfferedLoad[] = [];
  for (const perSecond of quick ? [10] : [10, 20, 40]) {
    // So many that each of its commands is answered, at ten times the usual latency, before its next one is due.
    const lives = quick ? 10 : Math.max(50, 3 * perSecond);
    tell(`offered-load: ${perSecond} commands per second, ${lives * COMMANDS_PER_CASE} commands`);
    const ofFloor = await floorAt(floor, perSecond, lives);
    const before = service.caller.toldToRepeat;
    const product = await productAt(source, perSecond, lives);
    loads.push({ perSecond, floor: ofFloor, product, toldToRepeat: service.caller.toldToRepeat - before });
    service.mustBeWhole();
  }
  return result(loads);
}

async function floorAt(floor: FloorBench, perSecond: number, count: number): Promise<LatencySummary> {
  const latencies = new Latencies();
  const lives = Array.from({ length: count }, () => floor.life(COMMANDS_PER_CASE));
  for (const stage of STAGE_LENGTHS.keys()) await offer(stage, perSecond, lives.map((life) => () => life.step().then(() => undefined)), latencies);
  return latencies.summary();
}

async function productAt(source: CaseSource, perSecond: number, count: number): Promise<LatencySummary> {
  const latencies = new Latencies();
  const cases = source.take(count);
  const steppers = cases.map((one): Stepper => async (stage, step) => {
    const operation = STAGES[stage]?.[step];
    if (operation) await one.command(operation);
  });
  for (const stage of STAGES.keys()) {
    if (stage > 0) await passNotices(cases);
    await offer(stage, perSecond, steppers, latencies);
  }
  await untilPaid(cases);
  return latencies.summary();
}

/** Offers the commands of one stage, as turns() has them; within a case each waits for the one before. */
async function offer(stage: number, perSecond: number, steppers: readonly Stepper[], latencies: Latencies): Promise<void> {
  const before = steppers.map(() => Promise.resolve());
  const order = turns(steppers.length, STAGE_LENGTHS[stage] ?? 0, perSecond);
  await openLoop(
    dueTimes(order.length, perSecond),
    async (index) => {
      const { place, step } = order[index] as Turn;
      const done = (before[place] ?? Promise.resolve()).then(() => steppers[place]?.(stage, step));
      before[place] = done;
      await done;
    },
    latencies,
  );
}

function result(loads: OfferedLoad[]): PartResult {
  const row = (perSecond: number, side: string, { count, p50Ms, p90Ms, p99Ms, maxMs }: LatencySummary) => [perSecond, side, count, p50Ms, p90Ms, p99Ms, maxMs];
  const highest = loads.find(({ perSecond }) => perSecond === GOAL_AT_PER_SECOND);
  return {
    figures: { loads },
    tables: [
      {
        title: 'Latency of commands at an offered load, from when each was due',
        head: ['offered/s', 'side', 'commands', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms'],
        notes: loads
          .filter(({ toldToRepeat }) => toldToRepeat > 0)
          .map(({ perSecond, toldToRepeat }) => `At ${perSecond}/s the service answered 503 ${toldToRepeat} times; those requests were repeated and their time went on.`),
        rows: loads.flatMap(({ perSecond, floor, product }) => [row(perSecond, 'floor', floor), row(perSecond, 'service', product)]),
      },
    ],
    goals: highest
      ? [{ goal: `p99 ≤ ${P99_GOAL_MS} ms at ${GOAL_AT_PER_SECOND} commands/s`, measured: `${highest.product.p99Ms} ms`, met: highest.product.p99Ms <= P99_GOAL_MS }]
      : [],
  };
}
