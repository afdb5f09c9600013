import { CaseSource } from './case/case-source';
import { closedLoop } from './load/closed-loop';
import { residentBytes } from './load/process-cpu';
import type { Part, PartResult, PartRun } from './part';
import { WORKER_CAPACITY } from '../worker/case-worker';
import { BenchService } from './stack/bench-service';

/** Cases opened at once. */
const AT_ONCE = 20;
const OPENING = ['submitApplication', 'signAuthorization', 'acceptApplication'] as const;

interface Reading {
  openCases: number;
  mebibytes: number;
}

/** What open cases cost the worker that keeps them in its cache. */
export const workerMemory: Part = { name: 'memory', question: 'How much memory does the worker take for 1,000 cached cases?', measure };

async function measure(run: PartRun): Promise<PartResult> {
  const { quick, tell } = run;
  const service = await BenchService.start(run);
  const source = new CaseSource(service.caller);
  const pid = service.pidOf('worker');
  const readings: Reading[] = [];
  const read = () => {
    const bytes = residentBytes(pid);
    if (bytes === undefined) throw new Error('the memory of a process is read from /proc, which this system does not have');
    readings.push({ openCases: opened, mebibytes: Math.round((bytes / 2 ** 20) * 10) / 10 });
  };
  let opened = 0;
  // Some cases first: what is compiled and allocated once is no case's memory.
  for (const openCases of quick ? [20, 60] : [50, 250, 500, 750, WORKER_CAPACITY.maxCachedWorkflows]) {
    await closedLoop(source.take(openCases - opened), AT_ONCE, async (one) => {
      for (const operation of OPENING) await one.command(operation);
    });
    opened = openCases;
    read();
    tell(`memory: ${openCases} cases are open`);
  }
  service.mustBeWhole();
  return result(readings);
}

function result(readings: Reading[]): PartResult {
  const [first, last] = [readings[0], readings.at(-1)];
  if (!first || !last) throw new Error('the memory was never read');
  const perThousand = Math.round(((last.mebibytes - first.mebibytes) / (last.openCases - first.openCases)) * 1000);
  return {
    figures: { readings, mebibytesPerThousandCases: perThousand, cacheHolds: WORKER_CAPACITY.maxCachedWorkflows },
    tables: [
      {
        title: 'Resident memory of the worker',
        head: ['open cases in the cache', 'MiB'],
        rows: readings.map(({ openCases, mebibytes }) => [openCases, mebibytes]),
        notes: [`${perThousand} MiB per 1,000 cached cases, from the first to the last reading; garbage that is not collected yet is counted in.`],
      },
    ],
    goals: [],
  };
}
