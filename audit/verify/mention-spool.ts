import { createWriteStream, mkdtempSync, rmSync, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linesOf } from '../checkpoint-file';
import type { ChainHead } from '../checkpoint-lines';
import { bucketOf } from './buckets';

/** That a checkpoint names the end of a chain. */
export interface Mention {
  checkpoint: number;
  seq: number;
  hash: string;
}

/** Written together before they are flushed; more would only cost memory. */
const BUFFERED_MAX = 2_000;

/**
 * Heads of all checkpoints, sorted into as many files as there are buckets of chains, so that those of one bucket are in
 * memory at a time. Chains and hashes only: nothing in these files is secret.
 */
export class MentionSpool {
  private readonly directory = mkdtempSync(join(tmpdir(), 'bihuan-audit-'));
  private readonly streams = new Map<string, WriteStream>();
  private readonly buffered = new Map<string, string[]>();
  private count = 0;

  /** @param batch by which `read` is told whether these heads belong to a checkpoint that counts */
  async add(batch: number, checkpoint: number, heads: readonly ChainHead[]): Promise<void> {
    for (const [chain, seq, hash] of heads) {
      const bucket = bucketOf(chain);
      const lines = this.buffered.get(bucket) ?? [];
      if (lines.push(`${batch} ${checkpoint} ${seq} ${hash} ${chain}\n`) === 1) this.buffered.set(bucket, lines);
    }
    this.count += heads.length;
    if (this.count > BUFFERED_MAX) await this.flush();
  }

  /** What checkpoints say of the chains of a bucket, each chain's in their order. */
  async read(bucket: string, counts: (batch: number) => boolean): Promise<Map<string, Mention[]>> {
    const mentions = new Map<string, Mention[]>();
    if (!this.streams.has(bucket)) return mentions;
    for await (const line of linesOf(join(this.directory, bucket))) {
      const [batch, checkpoint, seq, hash = '', chain = ''] = line.split(' ');
      if (!counts(Number(batch))) continue;
      const mention = { checkpoint: Number(checkpoint), seq: Number(seq), hash };
      const known = mentions.get(chain);
      if (known) known.push(mention);
      else mentions.set(chain, [mention]);
    }
    return mentions;
  }

  /** To be called when nothing more is added. */
  async finish(): Promise<void> {
    await this.flush();
    for (const stream of this.streams.values()) {
      stream.end();
      await once(stream, 'close');
    }
  }

  remove(): void {
    for (const stream of this.streams.values()) stream.destroy();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async flush(): Promise<void> {
    for (const [bucket, lines] of this.buffered) {
      const stream = this.streams.get(bucket) ?? createWriteStream(join(this.directory, bucket));
      this.streams.set(bucket, stream);
      if (!stream.write(lines.join(''))) await once(stream, 'drain');
    }
    this.buffered.clear();
    this.count = 0;
  }
}
