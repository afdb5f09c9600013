import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '../../..');
export const HEADER = ['id', 'level', 'requirement', 'applies', 'control', 'test', 'status', 'note'] as const;
export const STATUSES = ['met', 'partly', 'not met', 'n/a', 'planned'] as const;

export type AsvsRow = Record<(typeof HEADER)[number], string>;

/** Records of a CSV text as RFC 4180 has it: fields in quotes may hold commas, quotes twice and line breaks. */
export function csvRecords(text: string): string[][] {
  const records: string[][] = [[]];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (isQuoted && sign === '"' && text[at + 1] === '"') field += text.charAt(++at);
    else if (sign === '"') isQuoted = !isQuoted;
    else if (isQuoted || (sign !== ',' && sign !== '\n')) field += sign;
    else {
      records.at(-1)?.push(field);
      field = '';
      if (sign === '\n') records.push([]);
    }
  }
  if (isQuoted) throw new Error('a quoted field has no end');
  if (field !== '' || records.at(-1)?.length === 0) records.at(-1)?.push(field);
  return records.filter((record) => record.length > 1 || record[0] !== '');
}

/** The rows below the header. @throws Error for another header, and for a row with more or fewer fields */
export function asvsRows(text: string): AsvsRow[] {
  const [header, ...records] = csvRecords(text);
  if (header?.join() !== HEADER.join()) throw new Error(`the header is ${header?.join() ?? 'missing'}`);
  return records.map((record, index) => {
    if (record.length !== HEADER.length) throw new Error(`row ${index + 2} has ${record.length} fields`);
    return Object.fromEntries(HEADER.map((name, column) => [name, record[column] ?? ''])) as AsvsRow;
  });
}

/** Level of every requirement of ASVS 5.0.0 by its id; `text` has a line for each section with the levels of its requirements in turn. */
export function levelsOf(text: string): Map<string, string> {
  const [, ...sections] = csvRecords(text);
  return new Map(sections.flatMap(([section = '', levels = '']) => Array.from(levels, (level, index) => [`v5.0.0-${section}.${index + 1}`, level] as const)));
}

/** Chapters of which the third level is looked at as well: validation, authorisation, data protection, logging. */
const THREE_LEVELS = new Set(['1', '2', '8', '14', '16']);

export function isAskedFor(id: string, level: string): boolean {
  return level !== '3' || THREE_LEVELS.has(/^v5\.0\.0-(\d+)\./.exec(id)?.[1] ?? '');
}

/** What is wrong with the table as a whole and with each of its rows; sentences that name the id. */
export function mistakesIn(rows: readonly AsvsRow[], levels: ReadonlyMap<string, string>): string[] {
  const given = new Map<string, number>();
  for (const { id } of rows) given.set(id, (given.get(id) ?? 0) + 1);
  const missing = [...levels].filter(([id, level]) => isAskedFor(id, level) && !given.has(id)).map(([id]) => `${id} is missing`);
  const twice = [...given].filter(([, count]) => count > 1).map(([id]) => `${id} is there more than once`);
  return [...missing, ...twice, ...rows.flatMap((row) => mistakesOf(row, levels).map((mistake) => `${row.id} ${mistake}`))];
}

function mistakesOf({ id, level, requirement, applies, control, test, status, note }: AsvsRow, levels: ReadonlyMap<string, string>): string[] {
  const controls = pathsIn(control);
  const tests = pathsIn(test);
  const says = (isWrong: boolean, mistake: string) => (isWrong ? [mistake] : []);
  return [
    ...says(!levels.has(id), 'is no requirement of the standard'),
    ...says(levels.has(id) && levels.get(id) !== level, `has level ${levels.get(id) ?? ''} and not ${level}`),
    ...says(requirement === '', 'says nothing of what is required'),
    ...says(!(STATUSES as readonly string[]).includes(status), `has a status that is none: ${status}`),
    ...says((status === 'n/a') !== (applies === 'no') || !['yes', 'no'].includes(applies), 'does not say the same by "applies" and by its status'),
    ...says(status !== 'met' && note === '', 'does not say why it is not met, what is left, or why it does not apply'),
    ...says(status === 'met' && (controls.length === 0 || (tests.length === 0 && !note.startsWith('No test: '))), 'is met without a control, or without a test or a reason for having none'),
    ...says(status === 'planned' && controls.length + tests.length > 0, 'is planned and names paths'),
    ...[...controls, ...tests].filter((path) => !isInRepository(path)).map((path) => `names ${path}, which is not there`),
    ...tests.filter((path) => !/^test\/.+\.test\.ts$/.test(path)).map((path) => `names ${path} as a test, which is none`),
  ];
}

export function pathsIn(cell: string): string[] {
  return cell.split(' ').filter((path) => path !== '');
}

export function isInRepository(path: string): boolean {
  return !path.startsWith('/') && !path.includes('..') && existsSync(join(ROOT, path));
}
