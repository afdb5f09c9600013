import type { AuditEntry, AuditLog } from '../audit/audit-log';

const TOGETHER_MS = 60_000;

interface Counted {
  entry: AuditEntry;
  further: number;
}

/**
 * Refusals that may come in a flood, for being too many or from nobody in particular: the first of a minute is written at once, the
 * others of the same caller, operation and code as one entry that counts them. Each of them as an entry would let a flood do to the
 * audit what it may not do to the service.
 */
export class RepeatedRefusals {
  private readonly counted = new Map<string, Counted>();
  private timer: NodeJS.Timeout | undefined;

  /** @param onFault told when the entry that counts could not be written */
  constructor(
    private readonly audit: AuditLog,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /**
   * @param caseMeant the case that the attempt was aimed at; asked for the first entry alone, and in no other: the others may have been
   *   aimed at any
   * @throws whatever keeps the first entry from being written
   */
  async add(entry: AuditEntry, caseMeant: () => Promise<string | null>): Promise<void> {
    const key = [entry.actor, entry.address, entry.operation, entry.code].join(' ');
    const known = this.counted.get(key);
    if (known) {
      known.further++;
      return;
    }
    this.counted.set(key, { entry, further: 0 });
    this.timer ??= setTimeout(() => void this.tell(), TOGETHER_MS).unref();
    await this.audit.add({ ...entry, caseId: await caseMeant() });
  }

  /** Writes what has been counted. */
  async stop(): Promise<void> {
    await this.tell();
  }

  private async tell(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const all = [...this.counted.values()].filter(({ further }) => further > 0);
    this.counted.clear();
    await Promise.all(all.map(({ entry, further }) => this.audit.add({ ...entry, requestId: null, details: { ...entry.details, further } }))).catch(this.onFault);
  }
}
