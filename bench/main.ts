import { join, relative } from 'node:path';
import { readCommandLine, usage, WrongUsage } from './command-line';
import { coldStart } from './cold-start';
import { commands } from './commands';
import { disk } from './disk';
import { longestHistory } from './longest-history';
import { commit, load, machine } from './machine';
import { measurePart, type PartOutcome } from './measure';
import { offeredLoad } from './offered-load';
import type { Part } from './part';
import { reads } from './reads';
import { goalLines, partLines, writeReport } from './report';
import { workerMemory } from './worker-memory';

const PARTS: readonly Part[] = [commands, offeredLoad, reads, disk, workerMemory, longestHistory, coldStart];

/** `npm run bench`: measures the service on this machine. */
async function main(): Promise<void> {
  const commandLine = readCommandLine(process.argv.slice(2), PARTS.map(({ name }) => name));
  if (commandLine === 'help') {
    console.log(usage(PARTS));
    return;
  }
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  const report = { startedAt: new Date().toISOString(), commit: await commit(), quick: commandLine.quick, machine: machine() };
  const before = load();
  const parts: PartOutcome[] = [];
  for (const part of PARTS.filter(({ name }) => commandLine.parts.includes(name))) {
    const outcome = await measurePart(part, commandLine, (line) => process.stderr.write(`${line}\n`), interrupt.signal);
    if (interrupt.signal.aborted) break;
    parts.push(outcome);
    for (const line of partLines(outcome)) console.log(line);
  }
  if (interrupt.signal.aborted) {
    console.error('Interrupted. Everything that had been started is stopped; nothing is written.');
    process.exit(130); // requests that were under way would still be tried again and again
  }
  for (const line of goalLines(parts)) console.log(line);
  const file = writeReport(join(__dirname, 'results'), { ...report, loadAverage: { before, after: load() }, parts });
  console.log(`\nFigures: ${relative(process.cwd(), file)}`);
  if (parts.some(({ status }) => status === 'failed')) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof WrongUsage ? `${error.message}\n\n${usage(PARTS)}` : error);
  process.exitCode = error instanceof WrongUsage ? 2 : 1;
});
