import type { JsonObject } from '../../rehearse/json';

/** A command as a front end sends it, however often it has to repeat it. */
export interface Command {
  operation: string;
  as: string | null;
  caseId?: string;
  input: JsonObject;
  key: string;
  ifVersion?: number;
}

/** What a caller remembers of an answer. Every repetition must say the same. */
export interface Told {
  status: number;
  /** The problem's code, for a refusal. */
  code?: unknown;
  /** Id of the case, the disbursement, or the objection. */
  id?: unknown;
  /** Version of the case right after the command. */
  version?: number;
}

/** A command and its answer; without one, nobody has been told anything yet. */
export interface Entry {
  command: Command;
  told?: Told;
}

/** Everything that was sent in a run and what it was answered, in the caller's own books; and what went wrong on the way. */
export class Ledger {
  readonly entries: Entry[] = [];
  readonly faults: string[] = [];
  private readonly counts = new Map<string, number>();
  private readonly done = new Set<Entry>();

  open(command: Command): Entry {
    const entry: Entry = { command };
    this.entries.push(entry);
    return entry;
  }

  /** Notes an answer. @throws nothing: an answer that contradicts an earlier one is a fault of the run */
  answered(entry: Entry, told: Told): void {
    this.count(told.status < 400 ? 'carried out' : `refused ${String(told.code)}`);
    entry.told ??= told;
    if (isDone(entry.told)) this.done.add(entry);
    if (JSON.stringify(told) !== JSON.stringify(entry.told)) this.fault(`${nameOf(entry.command)} was answered ${JSON.stringify(entry.told)}, and then ${JSON.stringify(told)}`);
  }

  fault(sentence: string): void {
    this.faults.push(sentence);
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** How often something has happened, by what it was. */
  get tally(): [string, number][] {
    return [...this.counts].sort(([a], [b]) => a.localeCompare(b, 'en'));
  }

  /** How many commands were answered as carried out. */
  get carriedOut(): number {
    return this.done.size;
  }
}

export function isDone(told: Told | undefined): boolean {
  return told !== undefined && told.status < 400;
}

/** A command in one line, without its content. */
export function nameOf({ operation, as, caseId, key }: Command): string {
  return `${operation} by ${as ?? 'somebody'} on case ${caseId ?? 'new'} (key ${key})`;
}
