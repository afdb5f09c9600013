import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { findLastCheckpoint, listActualHeads } from '../../store/chain-heads.store';
import { listMovedChains } from '../../store/chain-walk.store';
import { headText, type CheckpointLine } from '../checkpoint-lines';
import type { CheckpointKey } from '../checkpoint-signer';
import { bucketOf, CASE_BUCKETS, DAYS } from './buckets';
import { passChains } from './chain-pass';
import { gapAtTheEnd, passCheckpoints, type CheckpointPassResult } from './checkpoint-pass';
import { Faults, type Fault } from './faults';
import { MentionSpool, type Mention } from './mention-spool';

export interface VerificationNeeds {
  pool: Pool;
  /** Of the checkpoints. */
  directory: string;
  keys: ReadonlyMap<string, CheckpointKey>;
  /** Only chains that have moved since, and gaps since then. All checkpoints are read in any case. */
  since?: Date;
  /** Checkpoints after it do not count: the record is a copy of that moment. */
  until?: Date;
  onProgress?: (progress: { buckets: number; chains: number; entries: number; faults: number }) => void;
}

export interface VerificationReport {
  isWell: boolean;
  checkpoints: number;
  lastCheckpoint: { n: number; at: string; key: string } | null;
  chains: number;
  entries: number;
  faultCount: number;
  /** The first some thousand of them. */
  faults: Fault[];
}

const HEADS_PER_PAGE = 5_000;

/**
 * Looks at every hash chain and every checkpoint, and holds one against the other. Memory does not grow with the number of
 * entries, nor with that of chains; with `since` it does with the chains that have moved.
 */
export async function verifyAudit({ pool, directory, keys, since, until, onProgress }: VerificationNeeds): Promise<VerificationReport> {
  const faults = new Faults();
  const spool = new MentionSpool();
  try {
    // The record first: what the file has by then is at least as much.
    const heads = await digestOfHeads(pool);
    const found = await passCheckpoints({ directory, keys, spool, faults, sinceMs: since?.getTime(), untilMs: until?.getTime(), wanted: heads.checkpoint });
    await spool.finish();
    lookAtTheEnd(found, heads, until, faults);
    // Asked after the lines were read: whatever they hold, the record knew of then, but for the one that may just be under way.
    lookAtWhatIsKnown(found.last, (await findLastCheckpoint(pool))?.n, faults);
    const moved = since && new Set(await listMovedChains(pool, since));
    const passed = { chains: 0, entries: 0 };
    const buckets = [DAYS, ...CASE_BUCKETS];
    for (const [index, bucket] of buckets.entries()) {
      const mentions = await spool.read(bucket, (batch) => found.batches.has(batch));
      const only = moved && chainsSince(bucket, moved, mentions, found.firstSince);
      const those = await passChains(pool, bucket, mentions, faults, only);
      passed.chains += those.chains;
      passed.entries += those.entries;
      onProgress?.({ buckets: index + 1, ...passed, faults: faults.count });
    }
    const { checkpoints, last } = found;
    return { isWell: faults.count === 0, checkpoints, lastCheckpoint: last ? { n: last.n, at: last.at, key: last.key } : null, ...passed, faultCount: faults.count, faults: faults.kept };
  } finally {
    spool.remove();
  }
}

/** Chains of a bucket that have moved, and those that checkpoints since then name. */
function chainsSince(bucket: string, moved: ReadonlySet<string>, mentions: ReadonlyMap<string, readonly Mention[]>, first: number | undefined): Set<string> {
  const named = first === undefined ? [] : [...mentions].filter(([, all]) => all.some(({ checkpoint }) => checkpoint >= first)).map(([chain]) => chain);
  return new Set([...[...moved].filter((chain) => bucketOf(chain) === bucket), ...named]);
}

interface ActualHeads {
  /** The last checkpoint that the record knows. */
  checkpoint?: number;
  /** Digest of its heads, with the hashes that the chains have now at those places. */
  digest: string;
}

async function digestOfHeads(pool: Pool): Promise<ActualHeads> {
  const db = await pool.connect();
  let isOver = false;
  try {
    await db.query('begin isolation level repeatable read read only');
    const known = await findLastCheckpoint(db);
    const digest = createHash('sha256');
    let page = await listActualHeads(db, '', HEADS_PER_PAGE);
    while (page.length > 0) {
      for (const { chain, seq, hash } of page) digest.update(headText(chain, seq, hash ?? 'gone'));
      page = await listActualHeads(db, page.at(-1)?.chain ?? '', HEADS_PER_PAGE);
    }
    await db.query('commit');
    isOver = true;
    return { checkpoint: known?.n, digest: digest.digest('hex') };
  } finally {
    db.release(!isOver);
  }
}

/** Without what the record knows of the checkpoints nothing holds its heads against them, and chains that have not moved lately would go unseen. */
function lookAtWhatIsKnown(last: CheckpointLine | undefined, known: number | undefined, faults: Faults): void {
  if (!last || (known !== undefined && known >= last.n - 1)) return;
  faults.add({ kind: 'checkpointRemoved', checkpoint: last.n, says: `the lines go up to ${last.n}, and the record knows of ${known ?? 'none'}: what it knew was removed, or it is an older copy` });
}

/** The last lines, against the record and the clock. */
function lookAtTheEnd(found: CheckpointPassResult, { checkpoint, digest }: ActualHeads, until: Date | undefined, faults: Faults): void {
  const last: CheckpointLine | undefined = found.last;
  const gap = gapAtTheEnd(found, (until ?? new Date()).getTime());
  if (gap !== undefined) faults.add({ kind: 'gap', ...(last ? { checkpoint: last.n } : {}), says: gap });
  if (checkpoint === undefined) return;
  if (checkpoint > (last?.n ?? 0)) {
    faults.add({ kind: 'checkpointRemoved', checkpoint, says: `the lines end at ${last?.n ?? 0}, and the record knows of ${checkpoint}` });
  } else if (found.wanted && found.wanted.digest !== digest) {
    faults.add({ kind: 'headsDigest', checkpoint, says: 'the ends of all chains are not what was signed: one was removed, added, cut or rewritten' });
  }
}
