import { closedLoop } from './load/closed-loop';
import { Latencies, type LatencySummary } from './load/latencies';
import { cpuPerPiece, cpuTimes, type CpuTimes } from './load/process-cpu';
import { CaseSource, passNotices, untilPaid } from './case/case-source';
import { COMMANDS_PER_CASE, STAGE_LENGTHS, STAGES } from './case/stages';
import { FloorBench } from './floor/floor-bench';
import type { Part, PartResult, PartRun } from './part';
import { BenchService } from './stack/bench-service';
import { percent } from './table';

/** What the product must reach of the floor's throughput. */
const RATIO_GOAL = 0.6;

/** Commands of one side at one number of concurrent cases. */
interface Throughput {
  perSecond: number;
  latency: LatencySummary;
  /** CPU that each process used for a command, ms. */
  cpuMsPerCommand: CpuTimes;
}

interface Comparison {
  concurrentCases: number;
  product: Throughput;
  floor: Throughput;
  ratio: number;
  /** Requests that the service, too busy for the moment, asked to be repeated; their commands' time went on. */
  toldToRepeat: number;
  /** ms at the product, by command. */
  byCommand: Record<string, LatencySummary>;
}

/** Commands per second over 8, 32 and 100 concurrent cases, side by side with the floor. */
export const commands: Part = { name: 'commands', question: 'How many commands does the service carry out, against the floor?', measure };

async function measure(run: PartRun): Promise<PartResult> {
  const { quick, tell } = run;
  const service = await BenchService.start(run);
  const floor = await FloorBench.start(service, run);
  const cases = new CaseSource(service.caller);
  const bench = { service, floor, cases };
  await warmUp(bench);

  const comparisons: Comparison[] = [];
  for (const concurrentCases of quick ? [8] : [8, 32, 100]) {
    tell(`commands: ${concurrentCases} concurrent cases`);
    comparisons.push(await compare(bench, concurrentCases, quick ? 1 : 2));
    service.mustBeWhole();
  }
  return result(comparisons);
}

interface Bench {
  service: BenchService;
  floor: FloorBench;
  cases: CaseSource;
}

async function warmUp({ floor, cases }: Bench): Promise<void> {
  await cases.warmUp(10);
  const lives = Array.from({ length: 10 }, () => floor.life(COMMANDS_PER_CASE));
  await closedLoop(lives, 10, async (life) => {
    for (let step = 0; step < COMMANDS_PER_CASE; step++) await life.step();
  });
}

/** Floor and product in turns, so that whatever else the machine does meanwhile meets both. */
async function compare(bench: Bench, concurrentCases: number, rounds: number): Promise<Comparison> {
  const lives = Math.max(40, 2 * concurrentCases);
  const [floor, product] = [new Side(), new Side()];
  const before = bench.service.caller.toldToRepeat;
  const byCommand = new Map<string, Latencies>();
  for (let round = 0; round < rounds; round++) {
    await floorRound(bench, floor, { lives, concurrentCases });
    await productRound(bench, product, { lives, concurrentCases }, byCommand);
  }
  const [ofFloor, ofProduct] = [floor.throughput(), product.throughput()];
  const summaries = Object.fromEntries([...byCommand].map(([command, latencies]) => [command, latencies.summary()] as const));
  return { concurrentCases, product: ofProduct, floor: ofFloor, ratio: ofProduct.perSecond / ofFloor.perSecond, toldToRepeat: bench.service.caller.toldToRepeat - before, byCommand: summaries };
}

interface Load {
  lives: number;
  concurrentCases: number;
}

async function floorRound({ service, floor }: Bench, side: Side, { lives, concurrentCases }: Load): Promise<void> {
  const all = Array.from({ length: lives }, () => floor.life(COMMANDS_PER_CASE));
  // In the stages of the case, so that both sides begin and end as often.
  for (const length of STAGE_LENGTHS) {
    await side.timed({ ...service.pids(), floorWorker: floor.pid }, () =>
      closedLoop(all, concurrentCases, async (life) => {
        for (let step = 0; step < length; step++) side.latencies.record(await life.step());
      }),
    );
  }
}

async function productRound({ service, cases }: Bench, side: Side, { lives, concurrentCases }: Load, byCommand: Map<string, Latencies>): Promise<void> {
  const all = cases.take(lives);
  for (const [index, stage] of STAGES.entries()) {
    if (index > 0) await passNotices(all);
    await side.timed(service.pids(), () =>
      closedLoop(all, concurrentCases, async (one) => {
        for (const operation of stage) {
          const tookMs = await one.command(operation);
          side.latencies.record(tookMs);
          getOrMake(byCommand, operation).record(tookMs);
        }
      }),
    );
  }
  await untilPaid(all);
}

function getOrMake(byCommand: Map<string, Latencies>, command: string): Latencies {
  const latencies = byCommand.get(command) ?? new Latencies();
  byCommand.set(command, latencies);
  return latencies;
}

/** What one side has done so far, over all its timed stretches. */
class Side {
  readonly latencies = new Latencies();
  private tookMs = 0;
  private readonly used: CpuTimes = {};

  async timed(pids: Record<string, number>, work: () => Promise<number>): Promise<void> {
    const before = cpuTimes(pids);
    this.tookMs += await work();
    for (const [name, ms] of Object.entries(cpuTimes(pids))) this.used[name] = (this.used[name] ?? 0) + ms - (before[name] ?? 0);
  }

  throughput(): Throughput {
    const { count } = this.latencies;
    return { perSecond: (count * 1000) / this.tookMs, latency: this.latencies.summary(), cpuMsPerCommand: cpuPerPiece({}, this.used, count) };
  }
}

function result(comparisons: Comparison[]): PartResult {
  const rows = comparisons.flatMap(({ concurrentCases, product, floor, ratio }) => [
    [concurrentCases, 'floor', floor.perSecond, '', floor.latency.p50Ms, floor.latency.p99Ms, floor.latency.maxMs, cpuOf(floor)],
    [concurrentCases, 'service', product.perSecond, percent(ratio), product.latency.p50Ms, product.latency.p99Ms, product.latency.maxMs, cpuOf(product)],
  ]);
  const repeated = comparisons.filter(({ toldToRepeat }) => toldToRepeat > 0);
  const worst = Math.min(...comparisons.map(({ ratio }) => ratio));
  return {
    figures: { commandsPerCase: COMMANDS_PER_CASE, comparisons },
    tables: [
      { title: 'Commands through HTTP, and the floor', head: ['cases at once', 'side', 'commands/s', 'of floor', 'p50 ms', 'p99 ms', 'max ms', 'CPU ms each'], rows, notes: repeated.map(repeatNote) },
      { title: 'CPU of each process for one command, ms', head: ['cases at once', 'side', ...CPU_COLUMNS], rows: comparisons.flatMap(cpuRows) },
    ],
    goals: [
      {
        goal: `commands ≥ ${percent(RATIO_GOAL)} of the floor's throughput`,
        measured: comparisons.map(({ concurrentCases, ratio }) => `${percent(ratio)} at ${concurrentCases}`).join(', '),
        met: worst >= RATIO_GOAL,
      },
    ],
  };
}

function repeatNote({ concurrentCases, toldToRepeat }: Comparison): string {
  return `At ${concurrentCases} cases the service answered 503 ${toldToRepeat} times; those requests were repeated and their time went on.`;
}

const CPU_COLUMNS = ['postgres', 'temporal-server', 'worker', 'floorWorker', 'api', 'bank-sandbox', 'generator'];

function cpuRows({ concurrentCases, floor, product }: Comparison): (string | number)[][] {
  const row = (side: string, { cpuMsPerCommand }: Throughput) => [concurrentCases, side, ...CPU_COLUMNS.map((name) => cpuMsPerCommand[name] ?? '–')];
  return [row('floor', floor), row('service', product)];
}

function cpuOf({ cpuMsPerCommand }: Throughput): number {
  return Object.values(cpuMsPerCommand).reduce((sum, ms) => sum + ms, 0);
}
