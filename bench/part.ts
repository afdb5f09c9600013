import type { Table } from './table';

/** How much is measured. */
export interface Scale {
  /** A look whether everything runs; its figures say little. */
  quick: boolean;
}

export interface PartRun extends Scale {
  /** One line for the person who waits. */
  tell: (line: string) => void;
  /** Aborted when the benchmark is interrupted. */
  signal: AbortSignal;
  /** What has to be undone when the benchmark is interrupted; undone in any case at the part's end. */
  onEnd: (undo: () => Promise<void> | void) => void;
}

/** Something the project wants to reach, and whether it did. */
export interface Goal {
  goal: string;
  measured: string;
  met: boolean;
}

/** What a part measured: as data, as tables to read, and against the goals it answers. */
export interface PartResult {
  figures: object;
  tables: Table[];
  goals: Goal[];
}

/** One question of the benchmark. It stands alone: it starts what it measures and needs no other part. */
export interface Part {
  name: string;
  question: string;
  measure: (run: PartRun) => Promise<PartResult>;
}
