import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './machine';
import type { PartOutcome } from './measure';
import { tableLines } from './table';

/** Everything one run measured. */
export interface Report {
  startedAt: string;
  commit: string;
  quick: boolean;
  machine: Machine;
  /** Load of the machine in the minute before the first part and in the last minute of the last. */
  loadAverage: { before: number; after: number };
  parts: PartOutcome[];
}

export function partLines(part: PartOutcome): string[] {
  if (part.status === 'failed') return ['', `${part.name}: failed after ${part.tookSeconds} s: ${part.reason}`];
  return part.tables.flatMap(tableLines);
}

/** The goals of all parts that were measured. A goal that was not met is a finding, not a failure. */
export function goalLines(parts: readonly PartOutcome[]): string[] {
  const goals = parts.flatMap((part) => (part.status === 'measured' ? part.goals : []));
  if (goals.length === 0) return [];
  return tableLines({ title: 'Goals', head: ['goal', 'measured', ''], rows: goals.map(({ goal, measured, met }) => [goal, measured, met ? 'met' : 'NOT met']) });
}

/** Writes the report's figures; tables are for readers and stay out. @returns the file's path */
export function writeReport(directory: string, report: Report): string {
  const parts = report.parts.map((part) => {
    if (part.status === 'failed') return part;
    const { tables, ...figures } = part;
    return figures;
  });
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${report.startedAt.slice(0, 10)}-${report.commit}.json`);
  writeFileSync(file, `${JSON.stringify({ ...report, parts }, null, 2)}\n`);
  return file;
}
