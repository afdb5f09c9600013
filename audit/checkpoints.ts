import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { advanceHeads, findLastCheckpoint, insertCheckpoint, listHeadsOf, renewHeads, takeCheckpointLock, textOfHeads } from '../store/chain-heads.store';
import { headsLine, lineDigest, signedLine } from './checkpoint-lines';
import type { CheckpointSink } from './checkpoint-file';
import type { CheckpointSigner } from './checkpoint-signer';

export interface WrittenCheckpoint {
  n: number;
  at: string;
  chains: number;
  changed: number;
}

/** So long before the last checkpoint may an entry bear a time and still have been written after it. */
const OVERLAP_MS = 3_600_000;
const HEADS_PER_LINE = 1_000;
const HEADS_PER_PAGE = 10_000;

/**
 * Writes down, outside of the database and signed, where every hash chain ends. Whoever rewrites a chain from some entry on,
 * with hashes that fit, can do so only up to the last checkpoint that he cannot reach.
 */
export class Checkpoints {
  constructor(
    private readonly pool: Pool,
    private readonly sink: CheckpointSink,
    private readonly signer: CheckpointSigner,
  ) {}

  /**
   * Writes the next checkpoint.
   *
   * @param full looks at every chain, instead of those with new entries only
   * @returns undefined when somebody else is at it
   */
  async write({ full = false } = {}): Promise<WrittenCheckpoint | undefined> {
    const db = await this.pool.connect();
    let isOver = false;
    try {
      if (!(await takeCheckpointLock(db))) {
        isOver = true;
        return undefined;
      }
      const written = await this.writeWith(db, full);
      await db.query('select pg_advisory_unlock_all()');
      isOver = true;
      return written;
    } finally {
      // Closed after a fault: with the connection go its lock and whatever its transaction had begun.
      db.release(!isOver);
    }
  }

  private async writeWith(db: PoolClient, full: boolean): Promise<WrittenCheckpoint> {
    const [kept, known] = [await this.sink.last(), await findLastCheckpoint(db)];
    // Where the file ends before the record says, it was cut, or is another one: what it lacks shows as a gap, and the heads begin anew.
    const isBehind = known !== undefined && (kept?.line.n ?? 0) < known.n;
    const n = Math.max(kept?.line.n ?? 0, known?.n ?? 0) + 1;
    const previous = isBehind ? known.hash.toString('hex') : (kept?.digest ?? null);
    const at = new Date();
    const since = full || !known ? null : new Date(known.at.getTime() - OVERLAP_MS);

    await this.sink.keepKey(this.signer);
    await db.query('begin isolation level repeatable read');
    if (isBehind) await renewHeads(db, n);
    await advanceHeads(db, n, since);
    const closing = { n, at: at.toISOString(), previous, chains: 0, changed: 0, hash: '' };
    await this.sink.append(this.lines(db, closing));
    // In the file first: a checkpoint that only the record knew of would look like one that was taken away.
    await insertCheckpoint(db, { ...closing, at, hash: Buffer.from(closing.hash, 'hex') });
    await db.query('commit');
    return { n, at: closing.at, chains: closing.chains, changed: closing.changed };
  }

  /** All lines of a checkpoint; what is only known at its end is noted in `closing`. */
  private async *lines(db: PoolClient, closing: { n: number; at: string; previous: string | null; chains: number; changed: number; hash: string }): AsyncGenerator<string> {
    const { n, at, previous } = closing;
    const headsDigest = createHash('sha256');
    let after = '';
    for (let part = 1; ; part++) {
      const heads = await listHeadsOf(db, n, after, HEADS_PER_LINE);
      const last = heads.at(-1);
      if (!last) break;
      const line = headsLine({ checkpoint: n, part, heads: heads.map(({ chain, seq, hash }) => [chain, seq, hash] as const) });
      headsDigest.update(`${line}\n`);
      closing.changed += heads.length;
      yield line;
      after = last.chain;
    }
    const digest = createHash('sha256');
    for (let page = await textOfHeads(db, '', HEADS_PER_PAGE); page; page = await textOfHeads(db, page.last, HEADS_PER_PAGE)) {
      digest.update(page.text);
      closing.chains += page.count;
    }
    const { chains, changed } = closing;
    const line = signedLine({ n, at, previous, chains, changed, headsDigest: headsDigest.digest('hex'), digest: digest.digest('hex') }, this.signer);
    closing.hash = lineDigest(line);
    yield line;
  }
}
