import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { appendAuditEntries, type AuditEntryContent } from '../store/audit-entry.store';
import { isRecordAway } from '../store/db';

/** An entry as whoever was there tells it; what is left out is not known. Which chain it belongs to follows from it. */
export type AuditEntry = Pick<AuditEntryContent, 'kind' | 'actorKind' | 'operation' | 'outcome'> &
  Partial<Pick<AuditEntryContent, 'actor' | 'onBehalfOf' | 'orgId' | 'caseId' | 'caseIds' | 'code' | 'requestId' | 'address' | 'details'>>;

/** Two batches begin at least this far apart: a commit costs as much for one entry as for ten, so those of a busy moment share it. */
const APART_MS = 5;
/** More would make everybody in the batch wait for the longest of them. */
const BATCH_MAX = 200;
/** An outage must not fill the memory: whoever comes then is told at once that it cannot be written. */
const WAITING_MAX = 5_000;

interface Waiting {
  entry: AuditEntryContent;
  written: () => void;
  failed: (error: unknown) => void;
}

/** The audit cannot take the entry now: nothing may be answered that would have to be in it. */
export class AuditFull extends Error {
  override readonly name = 'AuditFull';

  constructor() {
    super('too many entries of the audit wait to be written');
  }
}

/**
 * Writes the audit. Entries that come while others are being written, or right after, go together in the next transaction, so a
 * busy service pays for few commits, and who comes alone does not wait.
 */
export class AuditLog {
  private readonly waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  /** When the last batch began, on the clock of `performance.now()`. */
  private begunAt = -APART_MS;

  /** @param onWritten told of each batch that is in the record */
  constructor(
    private readonly pool: Pool,
    private readonly onWritten: (entries: readonly AuditEntryContent[]) => void = () => undefined,
  ) {}

  /** Resolves once the entry is durable. @throws whatever kept it from being written; then it is not there */
  add(entry: AuditEntry): Promise<void> {
    if (this.waiting.length >= WAITING_MAX) return Promise.reject(new AuditFull());
    const content = contentOf(entry, new Date());
    return new Promise((written, failed) => {
      this.waiting.push({ entry: content, written, failed });
      // What came in the same turn of the event loop goes along.
      this.writing ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.writeAll());
    });
  }

  /** Waits for what is being written. */
  async stop(): Promise<void> {
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const earlyMs = Math.ceil(this.begunAt + APART_MS - performance.now());
      if (earlyMs > 0) await pause(earlyMs);
      this.begunAt = performance.now();
      await this.write(this.waiting.splice(0, BATCH_MAX));
    }
    this.writing = undefined;
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    const entries = batch.map(({ entry }) => entry);
    try {
      await appendAuditEntries(this.pool, entries);
    } catch (error) {
      // One entry that the record does not take must not keep the others from it.
      if (batch.length > 1 && !isRecordAway(error)) for (const one of batch) await this.write([one]);
      else for (const { failed } of batch) failed(error);
      return;
    }
    for (const { written } of batch) written();
    this.onWritten(entries);
  }
}

function contentOf(entry: AuditEntry, now: Date): AuditEntryContent {
  const { actor = null, onBehalfOf = null, orgId = null, caseId = null, caseIds = null, code = null, requestId = null, address = null, details = {} } = entry;
  const at = now.toISOString();
  const { kind, actorKind, operation, outcome } = entry;
  const content = { chain: chainOf(entry, at), at, kind, actorKind, actor, onBehalfOf, orgId, operation, caseId, caseIds, outcome, code, requestId, address, details };
  return keepable(content) as AuditEntryContent;
}

/**
 * With a sign in the place of what no text of the record can hold. None comes here from a caller; were there a way once more, what was
 * done must not lose its entry over it.
 */
function keepable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\u0000', '\ufffd');
  if (Array.isArray(value)) return value.map(keepable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [keepable(name), keepable(inner)]));
}

/** Each case has a chain; what is about no case or about several is in one for each kind and day (UTC). */
function chainOf({ caseId, outcome, kind }: AuditEntry, at: string): string {
  if (caseId !== undefined && caseId !== null) return `case:${caseId}`;
  return `${outcome === 'done' ? kind : 'attempt'}:${at.slice(0, 10)}`;
}
