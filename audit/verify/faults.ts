/**
 * What can be wrong. Of a chain: an entry was `changed`, `removed`, `inserted` or `reordered`, its end was cut (`tailCut`), it
 * is `rewritten` with hashes that fit, or gone (`chainRemoved`); or the `certificate` of a destruction is not the one that it names. Of the checkpoints: a line `checkpointChanged`,
 * `checkpointRemoved`, `checkpointReordered`, signed by nobody that is known (`signature`), none for hours (`gap`); and the
 * heads of the record are not those of its last one (`headsDigest`).
 */
export type FaultKind =
  | 'changed'
  | 'removed'
  | 'inserted'
  | 'reordered'
  | 'tailCut'
  | 'rewritten'
  | 'chainRemoved'
  | 'certificate'
  | 'checkpointChanged'
  | 'checkpointRemoved'
  | 'checkpointReordered'
  | 'signature'
  | 'gap'
  | 'headsDigest';

export interface Fault {
  kind: FaultKind;
  chain?: string;
  /** Number of the entry in its chain. */
  seq?: number;
  /** Number of the checkpoint. */
  checkpoint?: number;
  /** One clause. */
  says: string;
}

/** Whoever destroys everything must not fill the memory of whoever looks at it. */
const KEPT_MAX = 10_000;

/** Faults as they are found; beyond some thousand they are only counted. */
export class Faults {
  readonly kept: Fault[] = [];
  count = 0;

  add(fault: Fault): void {
    this.count++;
    if (this.kept.length < KEPT_MAX) this.kept.push(fault);
  }
}
