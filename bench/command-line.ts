import { parseArgs } from 'node:util';

/** The command line cannot be understood. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export interface CommandLine {
  /** Names of the parts to measure, in the order of `all`. */
  parts: string[];
  quick: boolean;
}

/**
 * @param args what follows the script's name
 * @param all names of all parts
 * @returns 'help' when it is asked for
 * @throws WrongUsage for an unknown option or part
 */
export function readCommandLine(args: string[], all: readonly string[]): CommandLine | 'help' {
  const { only, quick, help } = parse(args);
  if (help) return 'help';
  if (only === undefined) return { parts: [...all], quick };
  const wanted = only.split(',').map((name) => name.trim()).filter((name) => name !== '');
  const unknown = wanted.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new WrongUsage(`there is no part ${unknown.join(', ')}; the parts are ${all.join(', ')}`);
  if (wanted.length === 0) throw new WrongUsage('--only names no part');
  return { parts: all.filter((name) => wanted.includes(name)), quick };
}

export function usage(parts: readonly { name: string; question: string }[]): string {
  const width = Math.max(...parts.map(({ name }) => name.length));
  return `usage: npm run bench -- [--only part,part] [--quick]

Measures the service on this machine and prints tables; the figures go to bench/results/ as JSON.
  --only   only these parts
  --quick  few cases: shows that everything runs, its figures say little
Parts:
${parts.map(({ name, question }) => `  ${name.padEnd(width)}  ${question}`).join('\n')}
Exit code: 0 measured, whether or not a goal is met; 1 a part failed; 2 the command line is wrong.`;
}

function parse(args: string[]): { only?: string; quick: boolean; help: boolean } {
  try {
    const options = { only: { type: 'string' }, quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const;
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}
