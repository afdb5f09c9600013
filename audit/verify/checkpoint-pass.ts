import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { checkpointFileIn, linesOf } from '../checkpoint-file';
import { isClosingLine, lineDigest, readLine, signedPart, type CheckpointLine, type HeadsLine } from '../checkpoint-lines';
import type { CheckpointKey } from '../checkpoint-signer';
import type { FaultKind, Faults } from './faults';
import type { MentionSpool } from './mention-spool';

/** Checkpoints are written every hour; one may fail. */
const GAP_MAX_MS = 2 * 3_600_000;
/** Clocks of two machines that write by turns. */
const CLOCKS_APART_MS = 60_000;

export interface CheckpointPassNeeds {
  directory: string;
  keys: ReadonlyMap<string, CheckpointKey>;
  spool: MentionSpool;
  faults: Faults;
  /** Gaps are looked for from here on; undefined: from the first checkpoint. */
  sinceMs?: number;
  /** Later checkpoints do not count; undefined: all count. */
  untilMs?: number;
  /** Checkpoint whose line is wanted: the last one that the record knows. */
  wanted?: number;
}

export interface CheckpointPassResult {
  checkpoints: number;
  last?: CheckpointLine;
  wanted?: CheckpointLine;
  /** Number of the first checkpoint since `sinceMs`. */
  firstSince?: number;
  /** Batches of the spool that belong to checkpoints that count. */
  batches: ReadonlySet<number>;
}

/** Reads all checkpoints in their order, and checks that they are what was signed, all of them, one after the other. */
export async function passCheckpoints(needs: CheckpointPassNeeds): Promise<CheckpointPassResult> {
  const path = checkpointFileIn(needs.directory);
  const pass = new CheckpointPass(needs);
  if (existsSync(path)) for await (const text of linesOf(path)) if (await pass.take(text)) break;
  return pass.finish();
}

type Tell = (kind: FaultKind, says: string, checkpoint?: number) => void;

class CheckpointPass {
  private readonly batches = new Set<number>();
  /** Numbers that were passed over; one that comes later was moved. */
  private readonly missing = new Set<number>();
  /** Without a digest where the line cannot be trusted: nothing is said of it twice. */
  private before: { line: CheckpointLine; digest?: string } | undefined;
  private count = 0;
  private wanted: CheckpointLine | undefined;
  private firstSince: number | undefined;
  private batch = 0;
  private heads = { count: 0, digest: createHash('sha256') };

  constructor(private readonly needs: CheckpointPassNeeds) {}

  /** To be called once, at the end: what has not come until then is missing. */
  finish(): CheckpointPassResult {
    for (const n of this.missing) this.needs.faults.add({ kind: 'checkpointRemoved', checkpoint: n, says: `checkpoint ${n} is missing` });
    return { checkpoints: this.count, last: this.before?.line, wanted: this.wanted, firstSince: this.firstSince, batches: this.batches };
  }

  /** @returns whether the rest does not count any more */
  async take(text: string): Promise<boolean> {
    if (text === '') return false; // behind a line that a crash had torn
    const line = readLine(text);
    if (line?.type === 'heads') {
      await this.takeHeads(line, text);
      return false;
    }
    if (line && this.needs.untilMs !== undefined && Date.parse(line.at) > this.needs.untilMs) return true;
    if (line) this.takeClosing(line, text);
    // What a crash tore is no whole line: then nothing was signed yet, and the next checkpoint begins anew.
    else if (isClosingLine(text) && text.endsWith('}')) this.needs.faults.add({ kind: 'checkpointChanged', checkpoint: this.expected, says: 'its line cannot be read any more' });
    this.begin();
    return false;
  }

  private get expected(): number {
    return (this.before?.line.n ?? 0) + 1;
  }

  private begin(): void {
    this.batch++;
    this.heads = { count: 0, digest: createHash('sha256') };
  }

  private async takeHeads(line: HeadsLine, text: string): Promise<void> {
    if (line.part === 1) this.begin(); // those before it were left behind by a crash
    this.heads.count += line.heads.length;
    this.heads.digest.update(`${text}\n`);
    await this.needs.spool.add(this.batch, line.checkpoint, line.heads);
  }

  private takeClosing(line: CheckpointLine, text: string): void {
    const { faults, sinceMs, wanted, keys } = this.needs;
    const tell: Tell = (kind, says, checkpoint = line.n) => faults.add({ kind, checkpoint, says });
    const key = keys.get(line.key);
    const { data, signature } = signedPart(line);
    if (key?.verifies(data, signature) !== true) {
      if (key) tell('checkpointChanged', 'its line is not what was signed');
      else tell('signature', `it is signed by a key that is not known (${line.key})`);
      if (line.n === this.expected) this.before = { line };
      return;
    }
    this.count++;
    if (this.heads.count === line.changed && this.heads.digest.digest('hex') === line.headsDigest) this.batches.add(this.batch);
    else tell('checkpointChanged', 'the heads in its lines are not those that were signed');
    if (sinceMs === undefined || Date.parse(line.at) >= sinceMs) this.firstSince ??= line.n;
    if (line.n === wanted) this.wanted = line;
    this.follow(line, lineDigest(text), tell);
  }

  /** Whether it comes right after the one before. */
  private follow(line: CheckpointLine, digest: string, tell: Tell): void {
    const { before, expected } = this;
    if (line.n < expected) {
      const wasMissing = this.missing.delete(line.n);
      tell('checkpointReordered', wasMissing ? `it comes after checkpoint ${expected - 1}` : 'it is there more than once');
      return;
    }
    for (let n = expected; n < line.n; n++) this.missing.add(n);
    this.before = { line, digest };
    if (line.n > expected) return;
    if (!before) {
      if (line.previous !== null) tell('checkpointRemoved', 'it names one before it');
      return;
    }
    if (before.digest !== undefined && line.previous !== before.digest) tell('checkpointChanged', 'it is not the one that the next checkpoint names', line.n - 1);
    if (line.chains < before.line.chains) tell('headsDigest', `${before.line.chains - line.chains} chains fewer than before`);
    const passedMs = Date.parse(line.at) - Date.parse(before.line.at);
    if (passedMs < -CLOCKS_APART_MS) tell('checkpointReordered', 'it is older than the one before it');
    const counts = this.needs.sinceMs === undefined || Date.parse(line.at) >= this.needs.sinceMs;
    if (passedMs > GAP_MAX_MS && counts) tell('gap', `there was none from ${before.line.at} to ${line.at}`);
  }
}

/** A record that has gone on without checkpoints, up to now or to the moment that is looked at. */
export function gapAtTheEnd({ last, checkpoints }: CheckpointPassResult, nowMs: number): string | undefined {
  if (checkpoints === 0 || !last) return 'there is no checkpoint';
  return nowMs - Date.parse(last.at) > GAP_MAX_MS ? `there has been none since ${last.at}` : undefined;
}
