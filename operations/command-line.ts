import { parseArgs, type ParseArgsConfig } from 'node:util';
import { ConfigurationError } from '../infra/config';
import { reasonOf, StartupError } from '../infra/errors';
import { PolicyMistakes } from '../policies/mistakes';
import { NothingRuns } from './service-addresses';

/** The command line cannot be understood. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/** Reads options. @throws WrongUsage for one that is unknown, or an argument without an option */
export function readOptions<Options extends NonNullable<ParseArgsConfig['options']>>(options: Options) {
  try {
    return parseArgs({ args: process.argv.slice(2), options }).values;
  } catch (error) {
    throw new WrongUsage(reasonOf(error));
  }
}

/** Reads words and options. @throws WrongUsage for an option that is unknown */
export function readCommand<Options extends NonNullable<ParseArgsConfig['options']>>(options: Options) {
  try {
    return parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
  } catch (error) {
    throw new WrongUsage(reasonOf(error));
  }
}

/**
 * Runs an operator's tool and sets the exit code: what `work` answers, 1 for a fault, 2 for a wrong command line. A fault
 * that was foreseen is one sentence.
 */
export function runTool(usage: string, work: () => Promise<0 | 1>): void {
  if (process.argv.includes('--help')) {
    console.log(usage);
    return;
  }
  work().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const isForeseen = [NothingRuns, ConfigurationError, StartupError, PolicyMistakes].some((kind) => error instanceof kind);
      console.error(isForeseen || error instanceof WrongUsage ? reasonOf(error) : error);
      if (error instanceof WrongUsage) console.error(usage);
      process.exitCode = error instanceof WrongUsage ? 2 : 1;
    },
  );
}

/** Rows as aligned columns, each row indented by two. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
