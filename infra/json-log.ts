import { ConfigurationError } from './config';
import { errorForLog, withoutPersonal } from './error-for-log';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Fields of a line; an `err` is written as {@link errorForLog} has it. */
export type LogFields = Readonly<Record<string, unknown>>;

/** One JSON object a line, as the API writes them: `level`, `time`, `part`, the fields, `msg`. */
export class JsonLog {
  private readonly threshold: number;

  /** @param write takes a line with its line feed */
  constructor(
    private readonly part: string,
    level: string,
    private readonly write: (line: string) => unknown = (line) => process.stdout.write(line),
  ) {
    const known = LEVELS.findIndex((candidate) => candidate === level);
    this.threshold = known < 0 ? LEVELS.indexOf('info') : known;
  }

  log(level: LogLevel, fields: LogFields, msg: string): void {
    if (LEVELS.indexOf(level) < this.threshold) return;
    const { err, ...rest } = fields;
    const told = err === undefined ? rest : { ...rest, err: errorForLog(err) };
    this.write(`${JSON.stringify({ level, time: new Date().toISOString(), part: this.part, ...told, msg: withoutPersonal(msg) })}\n`);
  }
}

/**
 * Tells on a log why a process ends; `error` is what the supervisor repeats in its sentence. A mistake in the environment is
 * one sentence for the person who made it: where in the program it was found would only hide it.
 */
export function tellWhyItEnds(part: string, error: unknown): void {
  if (error instanceof ConfigurationError) {
    console.error(`${part} cannot start. ${error.message} README, Configuration, says what each setting means.`);
    return;
  }
  const { message } = errorForLog(error);
  new JsonLog(part, 'fatal').log('fatal', { error: message, err: error }, 'the process ends');
}
