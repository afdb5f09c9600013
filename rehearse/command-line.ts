import { parseArgs } from 'node:util';
import type { RehearsalOptions } from './rehearsal';

export const USAGE = `usage: npm run rehearse -- [--follow] [--url http://…] [--parallel N] FILES…

Plays scenario files against a running service and prints every difference.
  --follow      print each step as it is played
  --url         the service; else BIHUAN_URL, else an embedded one is started for this run
  --parallel N  play N scenarios at once (default 1)
The demo users' password is DEMO_PASSWORD (default demo-password).
Exit code: 0 nothing failed, 1 something did, 2 the command line is wrong.`;

/** The command line cannot be understood. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export interface CommandLine extends RehearsalOptions {
  /** The service to play against; undefined: start one. */
  url: string | undefined;
  password: string;
}

/**
 * @param args what follows the script's name
 * @returns 'help' when it is asked for
 * @throws WrongUsage for an unknown option, a number that is none, or no files
 */
export function readCommandLine(args: string[], env: NodeJS.ProcessEnv): CommandLine | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  if (positionals.length === 0) throw new WrongUsage('no scenario files are named');
  if (!/^[1-9]\d{0,2}$/.test(values.parallel)) throw new WrongUsage(`--parallel takes a number from 1 to 999, not ${values.parallel}`);
  return {
    files: positionals,
    follow: values.follow,
    parallel: Number(values.parallel),
    // An empty variable is what a shell passes on for an unset one.
    url: values.url ?? (env.BIHUAN_URL === '' ? undefined : env.BIHUAN_URL),
    password: env.DEMO_PASSWORD ?? 'demo-password',
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        follow: { type: 'boolean', default: false },
        url: { type: 'string' },
        parallel: { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}
