import type { FastifyBaseLogger } from 'fastify';
import type { Pool } from 'pg';
import type { DocumentStore } from '../documents/document-store';
import { ScannerAway, type VirusScanner } from '../documents/virus-scanner';
import { pauseUntil } from '../infra/pause';
import type { DataKeys } from '../security/data-keys';
import { isRecordAway } from '../store/db';
import { claimForScan, contentPlace, finishScan, listUnjudged, quarantine, type StoredDocument } from '../store/document.store';

const LOOK_EVERY_MS = 15_000;
const AT_A_LOOK = 20;
/** Longer than a scan may take: only what a dead process left behind is taken over. */
const CLAIM_SECONDS = 60;
/** A document over which something fails again and again must not be tried for ever. */
const SCANS_MAX = 200;
/** Nor one over which the scanner itself fails so often, while it judges others. */
const FAILS_MAX = 10;

type Scanned = Pick<StoredDocument, 'id' | 'caseId' | 'address'>;

/**
 * Has documents looked at by the virus scanner: at their upload, and again and again while they have no verdict. Without a
 * verdict nothing is given out: where the scanner is away, or there is none, a document stays in quarantine.
 */
export class DocumentScans {
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;
  /** How many verdicts the scanner has given to this process. */
  private verdicts = 0;
  /** Documents over which the scanner has failed: how often, and after how many verdicts last. Forgotten at a restart, which tries them all anew. */
  private readonly fails = new Map<string, { times: number; afterVerdicts: number }>();

  /** @param scanner undefined where there is none and there should be one */
  constructor(
    private readonly pool: Pool,
    private readonly store: DocumentStore,
    private readonly keys: DataKeys,
    private readonly scanner: VirusScanner | undefined,
    private readonly log: () => FastifyBaseLogger,
  ) {}

  start(): void {
    if (this.scanner) this.looking = this.lookAgain();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  /** Judges one document, if nobody else has it. What prevents it leaves the document without a verdict. */
  async scan(document: Scanned): Promise<void> {
    if (!this.scanner) return quarantine(this.pool, document.id);
    const scans = await claimForScan(this.pool, document.id, CLAIM_SECONDS);
    if (scans === undefined) return;
    const state = await this.verdictOf(document, this.scanner, scans);
    const isOurs = await finishScan(this.pool, document.id, scans, state);
    if (isOurs && state === 'infected') await this.store.remove(document.address);
  }

  private async verdictOf({ id, caseId, address }: Scanned, scanner: VirusScanner, scans: number): Promise<'quarantined' | 'clean' | 'infected' | 'failed'> {
    try {
      const sealed = await this.store.get(address);
      if (!sealed) throw new Error('its content is not in the store');
      const { verdict } = await scanner.scan((await this.keys.sealOf(caseId)).openBytes(contentPlace(id), sealed));
      this.verdicts += 1;
      this.fails.delete(id);
      if (verdict !== 'clean') this.log().warn({ documentId: id, caseId, verdict }, 'a document did not pass the virus scan');
      return verdict;
    } catch (error) {
      this.log().warn({ err: error, documentId: id, caseId, scans }, 'a document could not be scanned; it stays in quarantine');
      // The scanner may be away for as long as it likes; anything else lies with the document.
      const isGivenUp = error instanceof ScannerAway ? this.isBeyondScanner(id, error) : scans >= SCANS_MAX;
      return isGivenUp ? 'failed' : 'quarantined';
    }
  }

  /** Whether the scanner has failed over it again and again and judged others in between: then it is not the scanner. */
  private isBeyondScanner(id: string, { wasReached }: ScannerAway): boolean {
    if (!wasReached) return false;
    const before = this.fails.get(id);
    if (before?.afterVerdicts === this.verdicts) return false; // nothing has been judged since: it may be ill altogether
    const times = (before?.times ?? 0) + 1;
    this.fails.set(id, { times, afterVerdicts: this.verdicts });
    if (times < FAILS_MAX) return false;
    this.fails.delete(id);
    return true;
  }

  private async lookAgain(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        for (const document of await listUnjudged(this.pool, AT_A_LOOK)) {
          if (this.stopping.signal.aborted) return;
          await this.scan(document);
        }
      } catch (error) {
        if (!isRecordAway(error)) this.log().error({ err: error }, 'documents without a verdict could not be looked at; it will be tried again');
      }
      await pauseUntil(signal, LOOK_EVERY_MS);
    }
  }
}
