import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run import -- FILE.xlsx --user NAME [--url http://…] [--out RESULT.xlsx]
       npm run import -- --template FILE.xlsx --user NAME [--url http://…]

Uploads a list of households whose files exist already, shows how far the import is, and writes the result beside the
list: FILE.result.xlsx with result, reason and case number of each row. Safe to run again: rows that are imported stay so.

  --user      who imports: a handler (职工服务中心经办人); else BIHUAN_USER
  --url       the service; else BIHUAN_URL, else the stack that runs on DATA_DIR, else http://127.0.0.1:3000
  --out       where the result goes
  --template  writes the empty list with its explanations, and imports nothing
  --help

The password is BIHUAN_PASSWORD, the code of the authenticator BIHUAN_CODE, or they are asked for.
Exit code: 0 every row is imported, now or before; 1 some were refused; 2 the command line is wrong; 3 it could not be done.`;

/** The command line cannot be understood. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export interface CommandLine {
  /** The list to import, or where the template goes. */
  file: string;
  isTemplate: boolean;
  out: string;
  user: string;
  url: string | undefined;
  password: string | undefined;
  code: string | undefined;
}

/**
 * @param args what follows the script's name; an empty variable of `env` counts as unset
 * @returns 'help' when it is asked for
 * @throws WrongUsage
 */
export function readCommandLine(args: string[], env: NodeJS.ProcessEnv): CommandLine | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const files = values.template === undefined ? positionals : [values.template, ...positionals];
  const [file, ...others] = files;
  if (file === undefined) throw new WrongUsage('no file is named');
  if (others.length > 0) throw new WrongUsage('one file at a time');
  const user = values.user ?? set(env.BIHUAN_USER);
  if (user === undefined) throw new WrongUsage('--user is missing');
  return {
    file,
    isTemplate: values.template !== undefined,
    out: values.out ?? `${file.replace(/\.xlsx$/i, '')}.result.xlsx`,
    user,
    url: values.url ?? set(env.BIHUAN_URL),
    password: set(env.BIHUAN_PASSWORD),
    code: set(env.BIHUAN_CODE),
  };
}

function set(variable: string | undefined): string | undefined {
  return variable === '' ? undefined : variable;
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args, allowPositionals: true, options: { user: text, url: text, out: text, template: text, help: { type: 'boolean', default: false } } });
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}
