import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reasonOf, systemCode } from './errors';
import type { PortChoice } from './ports';

/** What NODE_ENV may be; unset, it is development. */
const MODES = new Set(['production', 'development', 'test']);

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads variables one by one and collects what is wrong with them, so that all mistakes can be told together.
 *
 * A reading method answers undefined for an unset, empty or wrong variable. Every setting can also be given by a file:
 * `NAME_FILE` names it, and its content without the white space around it is the value. So a secret reaches a process
 * without being in its environment, which other processes and `docker inspect` show.
 */
export class EnvironmentReader {
  readonly mistakes: string[] = [];
  private readonly ports = new Map<string, number>();
  /** What the files said, so that each is read, and complained about, once. */
  private readonly fromFiles = new Map<string, string | undefined>();

  constructor(private readonly env: Environment) {}

  mistake(sentence: string): void {
    this.mistakes.push(sentence);
  }

  text(name: string): string | undefined {
    const value = this.inline(name);
    const file = this.inline(`${name}_FILE`);
    if (file === undefined) return value;
    if (!this.fromFiles.has(name)) this.fromFiles.set(name, this.content(name, file, value !== undefined));
    return this.fromFiles.get(name);
  }

  /** A variable that must be set, `like` an example of it; the empty text when it is not, which is a mistake. */
  required(name: string, like?: string): string {
    const value = this.text(name);
    // A file that gave no value has been complained about already.
    if (value === undefined && !this.fromFiles.has(name)) this.mistake(`${name} must be set${like === undefined ? '' : `, such as ${like}`}`);
    return value ?? '';
  }

  matching(name: string, pattern: RegExp, wanted: string): string | undefined {
    const value = this.text(name);
    if (value === undefined || pattern.test(value)) return value;
    this.mistake(`${this.told(name, value)} but must be ${wanted}`);
    return undefined;
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    const found = choices.find((choice) => choice === value);
    if (value !== undefined && found === undefined) this.mistake(`${this.told(name, value)} but must be one of ${choices.join(', ')}`);
    return found;
  }

  onOff(name: string): boolean | undefined {
    const value = this.oneOf(name, ['on', 'off']);
    return value === undefined ? undefined : value === 'on';
  }

  /** A whole number between two bounds, both included. */
  wholeNumber(name: string, min: number, max: number): number | undefined {
    const value = this.text(name);
    if (value === undefined || isWholeNumber(value, min, max)) return value === undefined ? undefined : Number(value);
    this.mistake(`${this.told(name, value)} but must be a whole number from ${min} to ${max}`);
    return undefined;
  }

  port(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const port = Number(value);
    if (/^\d{1,5}$/.test(value) && port <= 65_535) {
      this.ports.set(name, port);
      return port;
    }
    this.mistake(`${this.told(name, value)} but must be a whole number from 0 to 65535 (0 = any free port)`);
    return undefined;
  }

  portChoice(name: string, preferred: number): PortChoice {
    const port = this.port(name);
    return port === undefined ? { port: preferred, explicit: false } : { port, explicit: port !== 0 };
  }

  differentPorts(names: readonly string[]): void {
    const owners = new Map<number, string>();
    for (const name of names) {
      const port = this.ports.get(name);
      if (port === undefined || port === 0) continue;
      const owner = owners.get(port);
      if (owner === undefined) owners.set(port, name);
      else this.mistake(`${owner} and ${name} are both ${port}, but each needs its own port`);
    }
  }

  address(name: string): string | undefined {
    return this.matching(name, /^(\[[0-9a-f:]+\]|[^\s:/]+):\d{1,5}$/i, 'host:port, such as 10.0.0.5:7233');
  }

  // The value itself is never repeated in a mistake: it holds a password.
  postgresUrl(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url !== undefined && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== '' && url.pathname.length > 1) return value;
    this.mistake(`${name} must look like postgresql://user:password@host:5432/database`);
    return undefined;
  }

  /** Whether NODE_ENV says so. A mode that nobody knows is a mistake: "Production" would otherwise be a service with demo users. */
  isProduction(): boolean {
    const mode = this.inline('NODE_ENV'); // Node's own: it comes from no file
    if (mode !== undefined && !MODES.has(mode)) this.mistake(`${this.told('NODE_ENV', mode)} but must be one of ${[...MODES].join(', ')}`);
    return mode === 'production';
  }

  /** The absolute path of a file whose content `open` can make something of; a wrong file is told here, where its name is known. */
  path(name: string, open: (content: Buffer) => unknown): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    try {
      open(readFileSync(value));
    } catch (error) {
      this.mistake(`${name} names a file that cannot be used (${reasonOf(error)})`);
    }
    return resolve(value);
  }

  private inline(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  private content(name: string, file: string, isSetTwice: boolean): string | undefined {
    if (isSetTwice) {
      this.mistake(`${name} and ${name}_FILE are both set, but only one of them may be`);
      return undefined;
    }
    try {
      const content = readFileSync(file, 'utf8').trim();
      if (content !== '') return content;
      this.mistake(`${name}_FILE is "${file}", which is empty`);
    } catch (error) {
      this.mistake(`${name}_FILE is "${file}", which cannot be read (${systemCode(error) ?? reasonOf(error)})`);
    }
    return undefined;
  }

  // What stands in a file is never repeated: the wrong file may have been named, and it may be a secret.
  private told(name: string, value: string): string {
    return this.fromFiles.has(name) ? `the content of ${name}_FILE is something else` : `${name} is "${value}"`;
  }
}

/** Whether a text is a whole number between two bounds, both included. */
export function isWholeNumber(text: string, min: number, max: number): boolean {
  return /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max;
}
