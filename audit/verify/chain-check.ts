import { eventHash, GENESIS } from '../../store/event-hash';
import type { ChainLink } from '../../store/chain-walk.store';
import type { Fault } from './faults';
import type { Mention } from './mention-spool';

/** Gives the links behind one, a limited number of them: asked for only where something is wrong. */
export type LinksBehind = (link: ChainLink) => Promise<readonly ChainLink[]>;

/** What is said elsewhere of where a chain ends. */
export interface KnownEnd {
  seq: number;
  /** In hex; undefined: only the number is known; empty: there should be one, and it is gone. */
  hash?: string;
  /** Who says so, as the end of a clause. */
  by: string;
}

/** In how many numbers around its own an entry is looked for that was written under another one. */
const LOOKED_AROUND = 1_000;

/** Follows one chain link by link and tells the first thing that is wrong with it. */
export class ChainCheck {
  private end: { seq: number; hash: Buffer } = { seq: 0, hash: GENESIS };
  private readonly mentions: Mention[];
  private readonly ends: KnownEnd[];
  private fault: Fault | undefined;

  /** @param mentions ends of the chain as checkpoints have them */
  constructor(
    readonly chain: string,
    mentions: readonly Mention[],
    ends: readonly KnownEnd[],
    private readonly linksBehind: LinksBehind,
  ) {
    this.mentions = [...mentions].sort((a, b) => a.seq - b.seq);
    this.ends = [...ends];
  }

  async take(link: ChainLink): Promise<void> {
    this.fault ??= await this.faultOf(link);
    this.end = { seq: link.seq, hash: link.hash };
    this.fault ??= this.againstKnown(link.seq, link.hash.toString('hex'));
  }

  /** The first fault of the whole chain. */
  finish(): Fault | undefined {
    if (this.fault) return this.fault;
    const further = [...this.mentions.map(({ seq, checkpoint }) => ({ seq, by: `checkpoint ${checkpoint}` })), ...this.ends].sort((a, b) => b.seq - a.seq)[0];
    if (further && further.seq > this.end.seq) return this.tell('tailCut', this.end.seq + 1, `it ends at ${this.end.seq}, and ${further.by} has ${further.seq}`);
    const appendsAt = this.ends.find(({ hash }) => hash !== undefined);
    if (appendsAt?.hash === '') return this.tell('tailCut', this.end.seq + 1, `${appendsAt.by} (table audit_chain) is gone: whether it is whole cannot be told, and nothing can be added`);
    if (appendsAt && appendsAt.seq < this.end.seq) return this.tell('inserted', appendsAt.seq + 1, `there are entries behind its end (${appendsAt.seq})`);
    return undefined;
  }

  private async faultOf(link: ChainLink): Promise<Fault | undefined> {
    const expected = this.end.seq + 1;
    if (link.seq !== expected) return this.tell('removed', expected, 'the entry is missing');
    if (!fits(link, link.seq)) return this.faultOfMoved(link);
    if (!link.prevHash.equals(this.end.hash)) {
      return expected === 1 ? this.tell('changed', 1, 'it does not begin as a chain does') : this.tell('changed', expected - 1, 'the entry after it was written upon another one');
    }
    return undefined;
  }

  /** An entry whose hash does not fit was changed, or was written under another number. */
  private async faultOfMoved(link: ChainLink): Promise<Fault> {
    const { seq } = link;
    const writtenAs = placeOf(link);
    if (writtenAs === undefined) return this.tell('changed', seq, 'the entry is not what was written');
    if (writtenAs < seq) return this.tell('inserted', seq - 1, `an entry that was not there: the one after it was written as ${writtenAs}`);
    const isElsewhere = (await this.linksBehind(link)).some((other) => fits(other, seq));
    return isElsewhere ? this.tell('reordered', seq, `what stands here was written as ${writtenAs}`) : this.tell('removed', seq, `what stands here was written as ${writtenAs}`);
  }

  /** A chain that fits in itself may still be another one than it was. */
  private againstKnown(seq: number, hash: string): Fault | undefined {
    const mention = this.mentions.find((one) => one.seq === seq && one.hash !== hash);
    if (mention) {
      const sure = this.mentions.filter((one) => one.seq < seq).at(-1)?.seq ?? 0;
      return this.tell('rewritten', sure + 1, `checkpoint ${mention.checkpoint} has another hash for ${seq}; something from ${sure + 1} to ${seq} is not what was written`, mention.checkpoint);
    }
    const end = this.ends.find((one) => one.seq === seq && one.hash !== undefined && one.hash !== hash);
    return end && this.tell('changed', seq, `${end.by} has another hash for it`);
  }

  private tell(kind: Fault['kind'], seq: number, says: string, checkpoint?: number): Fault {
    return { kind, chain: this.chain, seq, ...(checkpoint === undefined ? {} : { checkpoint }), says };
  }
}

function fits({ content, prevHash, hash }: ChainLink, seq: number): boolean {
  return hash.equals(eventHash(prevHash, { ...content, seq }));
}

/** The number under which an entry was written, looked for around the one that it has. */
function placeOf(link: ChainLink): number | undefined {
  for (let distance = 1; distance <= LOOKED_AROUND; distance++) {
    for (const seq of [link.seq - distance, link.seq + distance]) if (seq > 0 && fits(link, seq)) return seq;
  }
  return undefined;
}
