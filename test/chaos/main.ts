import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { reasonOf } from '../../infra/errors';
import { chaos, type ChaosReport } from './chaos';

/** `npm run chaos -- [--seed N] [--cases 100] [--minutes 10]`: a storm over a service of its own. Exit code 1 when something is wrong. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, cases: { type: 'string', default: '100' }, minutes: { type: 'string', default: '10' } } });
  const seed = wholeNumber('seed', values.seed ?? String(randomInt(1_000_000)));
  const cases = wholeNumber('cases', values.cases);
  const minutes = wholeNumber('minutes', values.minutes);
  const startedAt = Date.now();
  const tell = (line: string) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${line}`);
  console.log(`seed ${seed}, ${cases} cases at once, a storm of ${minutes} minutes`);
  const report = await chaos({ seed, cases, rounds: Number.MAX_SAFE_INTEGER, withinMs: minutes * 60_000, tell });
  console.log(summary(report));
  if (report.faults.length === 0) return;
  console.log(`To repeat it: npm run chaos -- --seed ${seed} --cases ${cases} --minutes ${minutes}`);
  process.exitCode = 1;
}

function summary({ faults, cases, carriedOut, blows, tally, tookMs, keptAt }: ChaosReport): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(0)} s`;
  return [
    '',
    `${cases} cases, ${carriedOut} commands carried out, ${blows} blows; the storm took ${seconds(tookMs.storm)}, all of it ${seconds(tookMs.all)}.`,
    ...tally.map(([what, times]) => `  ${String(times).padStart(7)}  ${what}`),
    '',
    faults.length === 0 ? 'Nothing is wrong.' : `${faults.length} things are wrong:`,
    ...faults.map((fault) => `  - ${fault}`),
    ...(keptAt === undefined ? [] : [`Data and logs are kept in ${keptAt}.`]),
  ].join('\n');
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new Error(`--${name} is "${text}" but must be a whole number`);
  return value;
}

main().catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
