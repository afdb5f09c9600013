import { Latencies, type LatencySummary } from './load/latencies';
import { closedLoopFor } from './load/closed-loop';
import { dueTimes, openLoop } from './load/open-loop';
import { cpuPerPiece, cpuTimes, type CpuTimes } from './load/process-cpu';
import { loadCases } from './loaded/load-cases';
import { demoPlaces } from './loaded/places';
import { templateCases } from './loaded/template-cases';
import type { Part, PartResult, PartRun } from './part';
import { readings, type Reading } from './readings';
import { BenchService } from './stack/bench-service';
import { formatNumber } from './table';

/** Reads of the kinds that most people wait for come in at this rate, whether or not the service keeps up. */
const OFFERED_PER_SECOND = 500;
const P99_GOAL_MS = 50;
const CASES = 100_000;
/** Requests that are under way at the same time, each on a connection of its own. */
const CONNECTIONS = 16;

interface ReadFigures {
  reading: string;
  perSecond: number;
  latency: LatencySummary;
  /** At the offered rate, from when each was due; for the kinds that have a goal. */
  offered?: LatencySummary;
  bytesPerAnswer: number;
  /** CPU that each process used for a read, ms. */
  cpuMsPerRead: CpuTimes;
}

/** Reads per second with 100,000 cases in the database. */
export const reads: Part = { name: 'reads', question: `How many reads does the service answer with ${formatNumber(CASES)} cases loaded?`, measure };

async function measure(run: PartRun): Promise<PartResult> {
  const { quick, tell } = run;
  const service = await BenchService.start(run);
  const count = quick ? CASES / 20 : CASES;
  const loadSeconds = await load(service, count, tell);

  const figures: ReadFigures[] = [];
  for (const reading of await readings(service)) {
    await readFor(quick ? 500 : 3_000, service, reading); // plans are made, caches filled
    const read = await readFor(quick ? 2_000 : 15_000, service, reading);
    const offered = reading.hasGoal ? await offer(quick ? 1_000 : 5_000, reading) : undefined;
    figures.push(offered ? { ...read, offered } : read);
    tell(`reads: ${reading.name} ${formatNumber(read.perSecond)}/s`);
  }
  service.mustBeWhole();
  return result(figures, count, loadSeconds);
}

async function load(service: BenchService, count: number, tell: (line: string) => void): Promise<number> {
  const startedAt = performance.now();
  const keys = await service.keys();
  const templates = await templateCases(service.caller, service.pool, keys);
  const places = await demoPlaces(service.pool);
  const from = places.find(({ grassrootsOrgId }) => grassrootsOrgId === 'wx-liangxi-e1');
  if (!from) throw new Error('the organisation of the template cases is not in the demo');
  tell(`reads: loading ${formatNumber(count)} cases`);
  const loader = service.loader();
  try {
    await loadCases(loader, keys, { templates, from, places, count });
  } finally {
    await loader.end();
  }
  return Math.round((performance.now() - startedAt) / 1000);
}

async function offer(count: number, { read }: Reading): Promise<LatencySummary> {
  const latencies = new Latencies();
  await openLoop(dueTimes(count, OFFERED_PER_SECOND), async () => {
    await read();
  }, latencies);
  return latencies.summary();
}

async function readFor(durationMs: number, service: BenchService, { name, read }: Reading): Promise<ReadFigures> {
  const latencies = new Latencies();
  let bytes = 0;
  const before = cpuTimes(service.pids());
  const tookMs = await closedLoopFor(durationMs, CONNECTIONS, async () => {
    const answer = await read();
    latencies.record(answer.tookMs);
    bytes += answer.bytes;
  });
  const { count } = latencies;
  return {
    reading: name,
    perSecond: (count * 1000) / tookMs,
    latency: latencies.summary(),
    bytesPerAnswer: Math.round(bytes / count),
    cpuMsPerRead: cpuPerPiece(before, cpuTimes(service.pids()), count),
  };
}

function result(figures: ReadFigures[], cases: number, loadSeconds: number): PartResult {
  const rows = figures.map(({ reading, perSecond, latency, bytesPerAnswer, cpuMsPerRead: cpu }) => [
    ...[reading, perSecond, latency.p50Ms, latency.p99Ms, latency.maxMs, bytesPerAnswer],
    ...['api', 'postgres', 'generator'].map((name) => cpu[name] ?? '–'),
  ]);
  const offered = figures.flatMap(({ reading, offered: latency }) => (latency ? [{ reading, latency }] : []));
  return {
    figures: { cases, loadSeconds, connections: CONNECTIONS, reads: figures },
    tables: [
      {
        title: `Reads with ${formatNumber(cases)} cases loaded, ${CONNECTIONS} connections`,
        head: ['read', 'reads/s', 'p50 ms', 'p99 ms', 'max ms', 'bytes', 'api CPU ms', 'postgres', 'generator'],
        rows,
      },
      {
        title: `The same, ${OFFERED_PER_SECOND} offered each second, from when each was due`,
        head: ['read', 'reads', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms'],
        rows: offered.map(({ reading, latency: { count, p50Ms, p90Ms, p99Ms, maxMs } }) => [reading, count, p50Ms, p90Ms, p99Ms, maxMs]),
      },
    ],
    goals: offered.map(({ reading, latency }) => ({
      goal: `${reading}: p99 ≤ ${P99_GOAL_MS} ms at ${OFFERED_PER_SECOND} reads/s`,
      measured: `${formatNumber(latency.p99Ms)} ms`,
      met: latency.p99Ms <= P99_GOAL_MS,
    })),
  };
}
