import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Groups of people and the letter of each person in them, in the order of the table's columns. */
export const GROUPS = {
  nobody: 'nr',
  staff: 'c',
  own: 'hHvftaA',
  above: 'hHvftasAO',
  below: 'hHvftaA',
  others: 'chHvftasAO',
  machine: 'wox',
  applicant: 'pq',
} as const;
export type Group = keyof typeof GROUPS;

const LETTERS = '1234+tkhmFNR';
export type Letter = '1' | '2' | '3' | '4' | '+' | 't' | 'k' | 'h' | 'm' | 'F' | 'N' | 'R';

const ABOUT = ['nothing', 'union', 'user', 'person', 'session', 'client', 'batch', 'case', 'money', 'document', 'ownPaper', 'hold', 'link', 'task', 'nearCase', 'left', 'destroyed'] as const;
export type About = (typeof ABOUT)[number];

export interface Row {
  /** Operation id. */
  operation: string;
  /** Operation id, and behind a `/` which of its uses. */
  name: string;
  about: About;
  /** Cells of each group, in the order of its letters; a group that is not asked is left out. */
  cells: Partial<Record<Group, readonly Letter[]>>;
}

/** The expected table, checked for its form. @throws Error for a line that is not understood */
export function readMatrix(): Row[] {
  const lines = readFileSync(join(__dirname, 'access-matrix.txt'), 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).map(rowOf);
}

function rowOf(line: string): Row {
  const [name = '', about = '', ...groups] = line.trim().split(/\s+/);
  const names = Object.keys(GROUPS) as Group[];
  const isAbout = (word: string): word is About => ABOUT.some((known) => known === word);
  if (!isAbout(about) || groups.length !== names.length) throw new Error(`not a line of the table: ${line}`);
  const cells: Row['cells'] = {};
  names.forEach((group, index) => {
    const letters = groups[index] ?? '';
    if (letters === '-') return;
    if (letters.length !== GROUPS[group].length || Array.from(letters).some((letter) => !LETTERS.includes(letter))) throw new Error(`${name}: ${letters} is not a cell for each of ${GROUPS[group]}`);
    cells[group] = Array.from(letters) as Letter[];
  });
  return { operation: name.split('/')[0] ?? '', name, about, cells };
}
